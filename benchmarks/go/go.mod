module ferrule.dev/benchmarks

go 1.19
