package main

const channels = 8

// Each of eight goroutines sends every eighth number on a channel of its own; one receives from whichever has one.
func selectOverEight(size int) int {
	var all [channels]chan int
	for first := range all {
		all[first] = make(chan int, capacity)
		go func(first int) {
			for i := first + 1; i <= size; i += channels {
				all[first] <- i
			}
		}(first)
	}
	sum := 0
	for i := 0; i < size; i++ {
		select {
		case n := <-all[0]:
			sum += n
		case n := <-all[1]:
			sum += n
		case n := <-all[2]:
			sum += n
		case n := <-all[3]:
			sum += n
		case n := <-all[4]:
			sum += n
		case n := <-all[5]:
			sum += n
		case n := <-all[6]:
			sum += n
		case n := <-all[7]:
			sum += n
		}
	}
	return sum
}
