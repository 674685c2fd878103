package candidate

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSourcesDoNotDependOnTheNumberOfProcessors(t *testing.T) {
	p := known(t, mall(3), nil)
	bytesOf := func(processors int) map[string][]byte {
		before := runtime.GOMAXPROCS(processors)
		defer runtime.GOMAXPROCS(before)
		all := map[string][]byte{}
		for name, s := range trained(t, p) {
			b, err := Append(nil, s)
			require.NoError(t, err)
			all[name] = b
		}
		return all
	}
	require.Equal(t, bytesOf(1), bytesOf(4))
}
