package kafkatest_test

import (
	"testing"

	"github.com/clmkit/clmkit/contrib/kafka"
	"github.com/clmkit/clmkit/contrib/kafka/kafkatest"
)

func TestMemoryKeys(t *testing.T) {
	kafkatest.RunKeyring(t, func(*testing.T) kafka.Keyring { return new(kafka.MemoryKeys) })
}
