package main

// One goroutine sends numbers through a buffer, one receives them and adds them up.
func buffered(capacity int) func(size int) int {
	return func(size int) int {
		numbers := make(chan int, capacity)
		go func() {
			for i := 1; i <= size; i++ {
				numbers <- i
			}
		}()
		sum := 0
		for i := 0; i < size; i++ {
			sum += <-numbers
		}
		return sum
	}
}
