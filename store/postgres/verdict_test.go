package postgres

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestVerdictsAreTakenForAWhile(t *testing.T) {
	var v verdicts
	_, known := v.find("a")
	assert.False(t, known)
	v.keep("a", true)
	for range verdictLife {
		few, known := v.find("a")
		assert.True(t, few && known)
	}
	_, known = v.find("a")
	assert.False(t, known, "it is old")
	v.keep("a", false)
	few, known := v.find("a")
	assert.True(t, !few && known)
	v.forget()
	_, known = v.find("a")
	assert.False(t, known)
	for i := range 10 * verdictMost {
		v.keep(fmt.Sprint(i), true)
		assert.LessOrEqual(t, len(v.byID), verdictMost)
	}
	assert.NotEqual(t, verdictOf([][]string{{"a", "b"}}), verdictOf([][]string{{"a"}, {"b"}}))
}
