package main

import "sync"

const (
	goroutines = 16
	capacity   = 16
)

// Sixteen goroutines send every sixteenth number through one buffer, one receives them and adds them up.
func fanIn(size int) int {
	numbers := make(chan int, capacity)
	for first := 1; first <= goroutines; first++ {
		go func(first int) {
			for i := first; i <= size; i += goroutines {
				numbers <- i
			}
		}(first)
	}
	sum := 0
	for i := 0; i < size; i++ {
		sum += <-numbers
	}
	return sum
}

// One goroutine sends; each of sixteen receives as many numbers as the others.
func fanOut(size int) int {
	numbers := make(chan int, capacity)
	var sums [goroutines]int
	var working sync.WaitGroup
	working.Add(goroutines)
	for worker := range sums {
		go func(worker int) {
			defer working.Done()
			for i := 0; i < size/goroutines; i++ {
				sums[worker] += <-numbers
			}
		}(worker)
	}
	for i := 1; i <= size; i++ {
		numbers <- i
	}
	working.Wait()
	sum := 0
	for _, part := range sums {
		sum += part
	}
	return sum
}
