package main

// Two goroutines hand numbers to and fro, each waiting until the other has taken them.
func rendezvous(size int) int {
	there, back := make(chan int), make(chan int)
	go func() {
		for i := 0; i < size; i++ {
			back <- <-there
		}
	}()
	sum := 0
	for i := 1; i <= size; i++ {
		there <- i
		sum += <-back
	}
	return sum
}
