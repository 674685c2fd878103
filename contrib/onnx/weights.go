package onnx

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/gomlx/onnx-gomlx/onnx"
)

// Numbers of onnx.proto.
const (
	floatType   = 1 // TensorProto.DataType
	int64Type   = 7
	dataOutside = 1 // TensorProto.DataLocation
)

// readWeights fetches the weights that an export of more than 2 GB keeps in files beside the graph.
func (f *folder) readWeights(m *onnx.Model) error {
	files := map[string][]byte{}
	for _, t := range m.Proto.Graph.Initializer {
		if t.DataLocation != dataOutside {
			continue
		}
		settings := map[string]string{}
		for _, e := range t.ExternalData {
			settings[e.Key] = e.Value
		}
		data, err := f.outside(files, settings)
		if err != nil {
			return fmt.Errorf("weights %q: %w", t.Name, err)
		}
		t.RawData = data
	}
	return nil
}

// outside is a part of a file beside the graph; files keeps what has been read.
func (f *folder) outside(files map[string][]byte, settings map[string]string) ([]byte, error) {
	name := settings["location"]
	if !filepath.IsLocal(name) {
		return nil, errors.New("they lie outside the folder")
	}
	data, ok := files[name]
	if !ok {
		var err error
		if data, err = os.ReadFile(filepath.Join(filepath.Dir(f.graph), name)); err != nil {
			return nil, err
		}
		files[name] = data
		f.count(name, data)
	}
	start, err1 := number(settings["offset"], 0)
	length, err2 := number(settings["length"], len(data)-start)
	if err1 != nil || err2 != nil || start < 0 || length < 0 || start > len(data) || length > len(data)-start {
		return nil, fmt.Errorf("no part %s+%s in %s of %d bytes", settings["offset"], settings["length"], name, len(data))
	}
	return data[start : start+length], nil
}

func number(text string, otherwise int) (int, error) {
	if text == "" {
		return otherwise, nil
	}
	return strconv.Atoi(text)
}

// forgetWeights lets go of the file's copy of the weights, once the library has its own. Integers stay, since shapes are
// computed from them whenever a graph is compiled.
func forgetWeights(m *onnx.Model) {
	for _, t := range m.Proto.Graph.Initializer {
		if t.DataType == floatType {
			t.RawData, t.FloatData = nil, nil
		}
	}
}

// refuse names what onnx-gomlx v0.3.4 would compute wrongly without a word: it clamps a negative index of Gather to 0, takes
// the alpha of Gemm for its beta too, and has no Softmax over several axes, which it was before opset 13.
func refuse(m *onnx.Model) error {
	old := false
	for _, set := range m.Proto.OpsetImport {
		old = old || set.Domain == "" && set.Version < 13
	}
	negative := negatives(m)
	for _, node := range m.Proto.Graph.Node {
		scale := map[string]float32{"alpha": 1, "beta": 1}
		axis := false
		for _, a := range node.Attribute {
			axis = axis || a.Name == "axis"
			scale[a.Name] = a.F
		}
		switch {
		case node.OpType == "Gather" && len(node.Input) > 1 && negative[node.Input[1]]:
			return fmt.Errorf("node %s: Gather with a negative index is not supported", node.Name)
		case node.OpType == "Gemm" && scale["alpha"] != scale["beta"]:
			return fmt.Errorf("node %s: Gemm with alpha %v and beta %v is not supported", node.Name, scale["alpha"], scale["beta"])
		case node.OpType == "Softmax" && old && !axis:
			return fmt.Errorf("node %s: Softmax without an axis is not supported before opset 13", node.Name)
		}
	}
	return nil
}

// negatives are the names of the constants that hold a negative integer.
func negatives(m *onnx.Model) map[string]bool {
	found := map[string]bool{}
	for _, t := range m.Proto.Graph.Initializer {
		found[t.Name] = t.DataType == int64Type && anyNegative(t.RawData, t.Int64Data)
	}
	for _, node := range m.Proto.Graph.Node {
		for _, a := range node.Attribute {
			if node.OpType == "Constant" && a.T != nil && len(node.Output) > 0 {
				found[node.Output[0]] = a.T.DataType == int64Type && anyNegative(a.T.RawData, a.T.Int64Data)
			}
		}
	}
	return found
}

func anyNegative(raw []byte, values []int64) bool {
	for ; len(raw) >= 8; raw = raw[8:] {
		values = append(values, int64(binary.LittleEndian.Uint64(raw)))
	}
	for _, v := range values {
		if v < 0 {
			return true
		}
	}
	return false
}
