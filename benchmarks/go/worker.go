// One workload in Go, in a process of its own; the counterpart of src/worker.ts.
//
// It says `ready`; then each line of input is a size and how often, and each answer a line of JSON.
//
// Usage: GOMAXPROCS=1 benchmarks WORKLOAD
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"syscall"
	"time"
)

var workloads = map[string]func(size int) int{
	"rendezvous":    rendezvous,
	"buffered-1":    buffered(1),
	"buffered-16":   buffered(16),
	"buffered-1024": buffered(1024),
	"fan-in":        fanIn,
	"fan-out":       fanOut,
	"broadcast":     broadcast,
	"select":        selectOverEight,
	"sieve":         sieve,
}

type sample struct {
	// Null when the times of one sample differ in it.
	Answer *int    `json:"answer"`
	Value  float64 `json:"value"`
	CPU    float64 `json:"cpu"`
	Whole  float64 `json:"whole"`
	RSS    int64   `json:"rss"`
}

func usage() syscall.Rusage {
	var now syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &now); err != nil {
		panic(err)
	}
	return now
}

// What the process has worked. Go moves its work from thread to thread.
func worked() float64 {
	now := usage()
	return float64(now.Utime.Nano() + now.Stime.Nano())
}

func take(work func(size int) int, size, times int) sample {
	cpu := worked()
	began := time.Now()
	first := work(size)
	answer := &first
	for i := 1; i < times; i++ {
		if work(size) != first {
			answer = nil
		}
	}
	took := float64(time.Since(began).Nanoseconds()) / float64(times)
	return sample{answer, took, (worked() - cpu) / float64(times), took, int64(usage().Maxrss) * 1024}
}

func main() {
	work, known := workloads[os.Args[1]]
	if !known {
		panic("there is no workload " + os.Args[1])
	}
	fmt.Println("ready")
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var size, times int
		if _, err := fmt.Sscan(lines.Text(), &size, &times); err != nil {
			panic(err)
		}
		line, err := json.Marshal(take(work, size, times))
		if err != nil {
			panic(err)
		}
		fmt.Printf("sample %s\n", line)
	}
}
