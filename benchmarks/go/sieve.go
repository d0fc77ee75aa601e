package main

import "sync/atomic"

// Numbers from 2 on go through a chain of goroutines, one for each prime, which keeps back what that prime divides. A
// goroutine cannot be cancelled: the source stops, and the end of its channel goes through the chain.
func sieve(size int) int {
	var over atomic.Bool
	here := make(chan int)
	go count(here, &over)
	sum := 0
	for i := 0; i < size; i++ {
		prime := <-here
		sum += prime
		after := make(chan int)
		go keep(prime, here, after)
		here = after
	}
	over.Store(true)
	for range here {
	}
	return sum
}

func count(to chan<- int, over *atomic.Bool) {
	for n := 2; !over.Load(); n++ {
		to <- n
	}
	close(to)
}

func keep(prime int, from <-chan int, to chan<- int) {
	for n := range from {
		if n%prime != 0 {
			to <- n
		}
	}
	close(to)
}
