package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
)

// crowds is the number of centres of generated embeddings.
const crowds = 1000

// data says what the vectors are.
func (t *vectorsTask) data() string {
	switch {
	case t.in != "":
		return "from " + t.in
	case t.kind == "isotropic":
		return "isotropic: independent normal numbers, in which there are no neighbourhoods to be found"
	}
	return fmt.Sprintf("embeddings: %d crowds in one space whose variances fall as 8/(8+i), centres at 0.7 of the spread within a crowd", crowds)
}

// vectors returns the records' vectors and then the queries', which come from the same distribution.
func (t *vectorsTask) vectors() ([][]float32, error) {
	if t.in != "" {
		return readVectors(t.in, t.n, t.queries)
	}
	random := rand.New(rand.NewPCG(t.seed, 1))
	centres := make([][]float32, crowds)
	for i := range centres {
		centres[i] = normalVector(random, t.d)
	}
	all := make([][]float32, t.n+t.queries)
	for i := range all {
		all[i] = normalVector(random, t.d)
		if t.kind == "embeddings" {
			for j, x := range centres[random.IntN(crowds)] {
				all[i][j] = (all[i][j] + 0.7*x) * float32(math.Sqrt(8/(8+float64(j))))
			}
		}
	}
	return all, nil
}

func normalVector(random *rand.Rand, d int) []float32 {
	v := make([]float32, d)
	for i := range v {
		v[i] = float32(random.NormFloat64())
	}
	return v
}

// readVectors reads fvecs: for each vector its dimension as an int32 and its numbers as float32, little-endian. What is
// behind the first n are queries.
func readVectors(file string, n, queries int) ([][]float32, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, 1<<20)
	var all [][]float32
	for len(all) < n+queries {
		v, err := readVector(r)
		if errors.Is(err, io.EOF) && len(all) > n {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: vector %d: %w", file, len(all)+1, err)
		}
		if all = append(all, v); len(v) != len(all[0]) {
			return nil, fmt.Errorf("%s: vector %d has %d numbers, the first %d", file, len(all), len(v), len(all[0]))
		}
	}
	return all, nil
}

func readVector(r io.Reader) ([]float32, error) {
	var d int32
	if err := binary.Read(r, binary.LittleEndian, &d); err != nil {
		return nil, err
	}
	if d < 1 || d > 1<<16 {
		return nil, fmt.Errorf("%d is no dimension", d)
	}
	v := make([]float32, d)
	return v, binary.Read(r, binary.LittleEndian, v)
}

func writeVectors(file string, vectors [][]float32) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	for _, v := range vectors {
		if err = binary.Write(w, binary.LittleEndian, int32(len(v))); err == nil {
			err = binary.Write(w, binary.LittleEndian, v)
		}
		if err != nil {
			break
		}
	}
	return errors.Join(err, w.Flush(), f.Close())
}
