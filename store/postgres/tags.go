package postgres

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
)

// tags returns the attributes as an array of texts, which an inverted index can
// find a record by whatever its attributes are called.
func tags(attributes map[string]string) []string {
	all := make([]string, 0, len(attributes))
	for name, value := range attributes {
		all = append(all, tag(name, value))
	}
	slices.Sort(all)
	return all
}

// longestTag is what is kept as it is. An index of PostgreSQL takes no entry of
// more than a third of a page.
const longestTag = 200

// tag returns the text for one attribute, a different one for each name and
// value. Its beginning tells where the name ends; long ones are hashed.
func tag(name, value string) string {
	t := strconv.Itoa(len(name)) + ":" + name + value
	if len(t) <= longestTag {
		return t
	}
	sum := sha256.Sum256([]byte(t))
	return "sha256:" + hex.EncodeToString(sum[:])
}
