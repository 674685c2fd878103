package kafka_test

import (
	"sync"
	"sync/atomic"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// holdNext holds the next request of a kind at the broker, before it acts on
// it: held is closed when it is there, release lets it go on. Later requests of
// that kind pass.
func holdNext(c *kfake.Cluster, key kmsg.Key) (held <-chan struct{}, release func()) {
	there, goOn := make(chan struct{}), make(chan struct{})
	var taken atomic.Bool
	c.ControlKey(int16(key), func(kmsg.Request) (kmsg.Response, error, bool) {
		c.KeepControl()
		if taken.CompareAndSwap(false, true) {
			c.SleepControl(func() {
				close(there)
				<-goOn
			})
		}
		return nil, nil, false
	})
	return there, sync.OnceFunc(func() { close(goOn) })
}

// lag makes a broker answer a number of fetches as one that has nothing yet.
func lag(c *kfake.Cluster, answers int32) *atomic.Int32 {
	var given atomic.Int32
	c.ControlKey(int16(kmsg.Fetch), func(r kmsg.Request) (kmsg.Response, error, bool) {
		if given.Load() == answers {
			c.DropControl()
			return nil, nil, false
		}
		given.Add(1)
		c.KeepControl()
		req := r.(*kmsg.FetchRequest)
		resp := req.ResponseKind().(*kmsg.FetchResponse)
		of := kmsg.NewFetchResponseTopic()
		of.Topic, of.TopicID = req.Topics[0].Topic, req.Topics[0].TopicID
		of.Partitions = append(of.Partitions, kmsg.NewFetchResponseTopicPartition())
		of.Partitions[0].Partition = req.Topics[0].Partitions[0].Partition
		resp.Topics = append(resp.Topics, of)
		return resp, nil, true
	})
	return &given
}
