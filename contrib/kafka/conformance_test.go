package kafka_test

import (
	"testing"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/contrib/kafka"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kversion"
)

func TestConformance(t *testing.T) {
	for _, c := range []struct {
		name    string
		options []kfake.Opt
	}{
		{"a cluster of the newest version", nil},
		{"a cluster of version 2.7, whose topics have no ids and whose transactions are of the old kind", []kfake.Opt{kfake.MaxVersions(kversion.V2_7_0())}},
	} {
		t.Run(c.name, func(t *testing.T) {
			seeds := fake(t, c.options...).ListenAddrs()
			clmtest.RunLog(t, func(t *testing.T) clm.Log {
				return open(t, seeds, fresh(), new(kafka.MemoryKeys), &kafka.Options{Partitions: 5})
			})
		})
	}
}

func TestConformanceOfARealBroker(t *testing.T) {
	seeds := brokers(t)
	clmtest.RunLog(t, func(t *testing.T) clm.Log {
		return open(t, seeds, fresh(), new(kafka.MemoryKeys), &kafka.Options{Partitions: 5})
	})
}
