package tiny

import (
	"encoding/binary"
	"math"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"
)

// message is a protobuf message on the wire. The numbers of the fields are those of onnx-ml.proto.
type message []byte

func (m *message) bytes(field protowire.Number, b []byte) {
	*m = protowire.AppendTag(*m, field, protowire.BytesType)
	*m = protowire.AppendBytes(*m, b)
}

func (m *message) string(field protowire.Number, s string) { m.bytes(field, []byte(s)) }

func (m *message) int(field protowire.Number, v int64) {
	*m = protowire.AppendTag(*m, field, protowire.VarintType)
	*m = protowire.AppendVarint(*m, uint64(v))
}

func (m *message) float(field protowire.Number, v float32) {
	*m = protowire.AppendTag(*m, field, protowire.Fixed32Type)
	*m = protowire.AppendFixed32(*m, math.Float32bits(v))
}

// Element types of TensorProto.
const (
	typeFloat = 1
	typeInt8  = 3
	typeInt64 = 7
	typeBool  = 9
)

// tensor is a TensorProto with raw data.
func tensor(name string, elem int64, dims []int, raw []byte) message {
	var m message
	for _, d := range dims {
		m.int(1, int64(d))
	}
	m.int(2, elem)
	if name != "" {
		m.string(8, name)
	}
	m.bytes(9, raw)
	return m
}

func rawFloats(values []float32) []byte {
	raw := make([]byte, 0, 4*len(values))
	for _, v := range values {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	return raw
}

func rawInts(values []int64) []byte {
	raw := make([]byte, 0, 8*len(values))
	for _, v := range values {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(v))
	}
	return raw
}

// branch is a graph without nodes.
type branch struct{}

// attribute is an AttributeProto of an integer, a float, integers, a tensor or a graph.
func attribute(name string, value any) message {
	var m message
	m.string(1, name)
	switch v := value.(type) {
	case int:
		m.int(3, int64(v))
		m.int(20, 2)
	case float32:
		m.float(2, v)
		m.int(20, 1)
	case []int:
		for _, i := range v {
			m.int(8, int64(i))
		}
		m.int(20, 7)
	case message:
		m.bytes(5, v)
		m.int(20, 4)
	case branch:
		m.bytes(6, nil)
		m.int(20, 5)
	}
	return m
}

// valueInfo is a ValueInfoProto; dimensions that are strings are dynamic.
func valueInfo(name string, elem int64, dims ...any) message {
	var shape message
	for _, d := range dims {
		var dim message
		switch d := d.(type) {
		case int:
			dim.int(1, int64(d))
		case string:
			dim.string(2, d)
		}
		shape.bytes(1, dim)
	}
	var kind, typ, info message
	kind.int(1, elem)
	kind.bytes(2, shape)
	typ.bytes(1, kind)
	info.string(1, name)
	info.bytes(2, typ)
	return info
}

// dataFile is where weights lie that are not in the graph.
const dataFile = "model.onnx_data"

// outside is a TensorProto of floats whose data lie in another file.
func outside(name string, dims []int, file string, offset, length int) message {
	var m message
	for _, d := range dims {
		m.int(1, int64(d))
	}
	m.int(2, typeFloat)
	m.string(8, name)
	for _, entry := range [][2]string{{"location", file}, {"offset", strconv.Itoa(offset)}, {"length", strconv.Itoa(length)}} {
		var e message
		e.string(1, entry[0])
		e.string(2, entry[1])
		m.bytes(13, e)
	}
	m.int(14, 1)
	return m
}
