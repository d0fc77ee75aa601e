package main

// One goroutine sends each number to sixteen, each behind a buffer of sixteen; each adds up all numbers.
func broadcast(size int) int {
	var all [goroutines]chan int
	sums := make(chan int)
	for reader := range all {
		all[reader] = make(chan int, capacity)
		go func(from <-chan int) {
			sum := 0
			for n := range from {
				sum += n
			}
			sums <- sum
		}(all[reader])
	}
	for i := 1; i <= size; i++ {
		for _, to := range all {
			to <- i
		}
	}
	sum := 0
	for _, to := range all {
		close(to)
		sum += <-sums
	}
	return sum
}
