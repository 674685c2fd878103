// Command peers searches vectors with libraries of others, for the task vectors
// of the measuring command to judge. It is a module of its own, so that nothing
// of clmkit needs what it needs.
//
//	go run ./internal/bench vectors -n 100000 -d 384
package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand"
	"os"
	"os/signal"
	"strconv"
	"syscall"

	"github.com/coder/hnsw"
	"github.com/philippgille/chromem-go"
)

func main() {
	base := flag.String("base", "", "`file` of the records' vectors, fvecs")
	asked := flag.String("queries", "", "`file` of the queries' vectors, fvecs")
	k := flag.Int("k", 10, "`number` of records to find")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *base, *asked, *k, json.NewEncoder(os.Stdout)); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, base, asked string, k int, out *json.Encoder) error {
	records, err := read(base)
	if err != nil {
		return err
	}
	queries, err := read(asked)
	if err != nil {
		return err
	}
	if err := runChromem(ctx, records, queries, k, out); err != nil {
		return err
	}
	return runHNSW(ctx, records, queries, k, out)
}

// line is a result: for each query the places of the records that were found.
type line struct {
	Method          string  `json:"method"`
	Filter          string  `json:"filter"`
	Width           int     `json:"width,omitempty"`
	Found           [][]int `json:"found"`
	BuildCPUSeconds float64 `json:"build_cpu_seconds"`
	CPUSeconds      float64 `json:"cpu_seconds"`
}

// ask measures the searches of all queries.
func (l *line) ask(ctx context.Context, queries [][]float32, search func(q []float32) ([]int, error)) error {
	start := cpuSeconds()
	for _, q := range queries {
		if err := ctx.Err(); err != nil {
			return err
		}
		found, err := search(q)
		if err != nil {
			return fmt.Errorf("%s: %w", l.Method, err)
		}
		l.Found = append(l.Found, found)
	}
	l.CPUSeconds = cpuSeconds() - start
	return nil
}

func runChromem(ctx context.Context, records, queries [][]float32, k int, out *json.Encoder) error {
	never := func(context.Context, string) ([]float32, error) { return nil, errors.New("vectors are given") }
	start := cpuSeconds()
	c, err := chromem.NewDB().CreateCollection("c", nil, never)
	if err != nil {
		return err
	}
	for i, v := range records {
		document := chromem.Document{ID: strconv.Itoa(i), Embedding: v, Metadata: map[string]string{"hundredth": strconv.Itoa(i % 100)}}
		if err := c.AddDocument(ctx, document); err != nil {
			return err
		}
	}
	built := cpuSeconds() - start
	for _, filter := range []struct {
		name  string
		where map[string]string
	}{{"none", nil}, {"1 %", map[string]string{"hundredth": "37"}}} {
		l := line{Method: "philippgille/chromem-go", Filter: filter.name, BuildCPUSeconds: built}
		err := l.ask(ctx, queries, func(q []float32) ([]int, error) {
			results, err := c.QueryEmbedding(ctx, q, k, filter.where, nil)
			places := make([]int, len(results))
			for i, r := range results {
				if places[i], err = strconv.Atoi(r.ID); err != nil {
					break
				}
			}
			return places, err
		})
		if err != nil {
			return err
		}
		if err := out.Encode(l); err != nil {
			return err
		}
	}
	return nil
}

func runHNSW(ctx context.Context, records, queries [][]float32, k int, out *json.Encoder) error {
	start := cpuSeconds()
	g := hnsw.NewGraph[int]()
	g.Rng = rand.New(rand.NewSource(1))
	for i, v := range records {
		if err := ctx.Err(); err != nil {
			return err
		}
		g.Add(hnsw.MakeNode(i, v))
	}
	built := cpuSeconds() - start
	for _, width := range []int{20, 64, 256} {
		g.EfSearch = width
		l := line{Method: "coder/hnsw", Filter: "none", Width: width, BuildCPUSeconds: built}
		err := l.ask(ctx, queries, func(q []float32) ([]int, error) {
			var places []int
			for _, n := range g.Search(q, k) {
				places = append(places, n.Key)
			}
			return places, nil
		})
		if err != nil {
			return err
		}
		if err := out.Encode(l); err != nil {
			return err
		}
	}
	return nil
}

// read reads fvecs: for each vector its dimension as an int32 and its numbers
// as float32, little-endian.
func read(file string) ([][]float32, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, 1<<20)
	var all [][]float32
	for {
		var d int32
		if err := binary.Read(r, binary.LittleEndian, &d); errors.Is(err, io.EOF) && len(all) > 0 {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if d < 1 || d > 1<<16 {
			return nil, fmt.Errorf("%s: %d is no dimension", file, d)
		}
		v := make([]float32, d)
		if err := binary.Read(r, binary.LittleEndian, v); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, v)
	}
}

// cpuSeconds is the processor time that the process has taken.
func cpuSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}
