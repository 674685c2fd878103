package openai

import (
	"fmt"
	"unicode/utf8"
)

// The limits of OpenAI's documentation of structured outputs. Azure's documentation has 100 properties, 5 levels, 500
// enum values and 15,000 characters; its server says so when it refuses.
const (
	maxProperties    = 5000
	maxLevels        = 10
	maxEnumValues    = 1000
	maxNames         = 120_000 // characters of all names of properties and definitions and all enum and const values
	manyEnumValues   = 250     // in one enum: more of them are bounded by
	maxManyEnumRunes = 15_000  // characters together
)

// tally counts what is limited.
type tally struct {
	properties, levels, enums, names int
	bigEnum                          bool
}

// checkLimits reports the first limit that a strict schema exceeds.
func checkLimits(v *value) error {
	var t tally
	t.schema(v, 0)
	switch {
	case t.properties > maxProperties:
		return fmt.Errorf("it has %d properties, more than %d", t.properties, maxProperties)
	case t.levels > maxLevels:
		return fmt.Errorf("it has %d levels of objects, more than %d", t.levels, maxLevels)
	case t.enums > maxEnumValues:
		return fmt.Errorf("it has %d enum values, more than %d", t.enums, maxEnumValues)
	case t.names > maxNames:
		return fmt.Errorf("its names and enum values have %d characters, more than %d", t.names, maxNames)
	case t.bigEnum:
		return fmt.Errorf("an enum of more than %d values has more than %d characters", manyEnumValues, maxManyEnumRunes)
	}
	return nil
}

func (t *tally) schema(v *value, level int) {
	for _, m := range v.members {
		switch m.key {
		case "properties":
			t.levels = max(t.levels, level+1)
			t.properties += len(m.val.members)
			t.named(m.val, level+1)
		case "$defs":
			t.named(m.val, level)
		case "items":
			t.schema(m.val, level)
		case "anyOf":
			for _, c := range m.val.items {
				t.schema(c, level)
			}
		case "enum":
			t.enum(m.val.items)
		case "const":
			t.names += utf8.RuneCountInString(m.val.text)
		}
	}
}

func (t *tally) named(v *value, level int) {
	for _, m := range v.members {
		t.names += utf8.RuneCountInString(m.key)
		t.schema(m.val, level)
	}
}

func (t *tally) enum(values []*value) {
	runes := 0
	for _, v := range values {
		runes += utf8.RuneCountInString(v.text)
	}
	t.enums += len(values)
	t.names += runes
	t.bigEnum = t.bigEnum || len(values) > manyEnumValues && runes > maxManyEnumRunes
}
