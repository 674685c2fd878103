package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"

	"github.com/clmkit/clmkit/profile/sentiment"
)

// sentimentTask measures engines on labelled texts: on a file of its own, or by
// cross-validation.
type sentimentTask struct {
	train, test string
	text        []string
	label       string
	aspects     bool
	folds       int
	learn       sentiment.LearnOptions
	control     string
}

func runSentiment(ctx context.Context, args []string, emit emitter) error {
	t, err := sentimentFlags(args)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	splits, err := t.splits()
	if err != nil {
		return err
	}
	return t.score(ctx, splits, emit)
}

func sentimentFlags(args []string) (*sentimentTask, error) {
	t := &sentimentTask{}
	set := flag.NewFlagSet("sentiment", flag.ContinueOnError)
	set.StringVar(&t.train, "train", "", "`file` of labelled texts to learn from: JSON Lines, gzip or not")
	set.StringVar(&t.test, "test", "", "`file` to score; without it, -train is cross-validated")
	set.Func("text", "`columns` of the text, such as title,text", func(s string) error {
		t.text = strings.Split(s, ",")
		return nil
	})
	set.StringVar(&t.label, "label", "", "`column` of the label")
	set.BoolVar(&t.aspects, "aspects", false, "measure the sentiment towards the terms in the column \"aspects\" of the column \"text\"")
	set.IntVar(&t.folds, "folds", 5, "`parts` of the cross-validation")
	set.Float64Var(&t.learn.Cost, "cost", 0, "weight of the losses; 0 is the default of sentiment.LearnOptions")
	set.IntVar(&t.learn.MinTexts, "min", 0, "in how many `texts` a feature has to be; 0 is the default of sentiment.LearnOptions")
	set.Func("features", "`what` is read: words, grams, or choose (the default)", func(s string) error {
		i := slices.Index([]string{"choose", "words", "grams"}, s)
		t.learn.Features = sentiment.Features(i)
		if i < 0 {
			return errors.New("not choose, words or grams")
		}
		return nil
	})
	set.StringVar(&t.control, "control", "", "spoil the experiment: \"shuffle\" deals the training labels anew")
	if err := set.Parse(args); err != nil {
		return nil, fmt.Errorf("sentiment: %w", err)
	}
	switch {
	case set.NArg() > 0:
		return nil, fmt.Errorf("sentiment: unexpected argument %q", set.Arg(0))
	case t.train == "":
		return nil, errors.New("sentiment: -train is missing: which file?")
	case len(t.text) == 0 && !t.aspects:
		return nil, errors.New("sentiment: -text is missing: which columns?")
	case t.label == "" && !t.aspects:
		return nil, errors.New("sentiment: -label is missing: which column?")
	case t.folds < 2:
		return nil, fmt.Errorf("sentiment: -folds %d is less than 2", t.folds)
	case t.control != "" && t.control != "shuffle":
		return nil, fmt.Errorf("sentiment: -control %q is not shuffle", t.control)
	}
	return t, nil
}

// readRows calls add for each row of a file of JSON Lines, gzip or not.
func readRows[T any](file string, add func(row T) error) error {
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("sentiment: %w", err)
	}
	defer f.Close()
	var r io.Reader = bufio.NewReader(f)
	if magic, _ := r.(*bufio.Reader).Peek(2); string(magic) == "\x1f\x8b" {
		if r, err = gzip.NewReader(r); err != nil {
			return fmt.Errorf("sentiment: %s: %w", file, err)
		}
	}
	dec := json.NewDecoder(r)
	for n := 1; ; n++ {
		var row T
		err := dec.Decode(&row)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = add(row)
		}
		if err != nil {
			return fmt.Errorf("sentiment: %s: row %d: %w", file, n, err)
		}
	}
}

// examples reads labelled texts.
func (t *sentimentTask) examples(file string) (examples []sentiment.Example, err error) {
	if t.aspects {
		return t.aspectExamples(file)
	}
	err = readRows(file, func(row map[string]any) error {
		e := sentiment.Example{}
		for _, column := range t.text {
			s, ok := row[column].(string)
			if !ok {
				return fmt.Errorf("column %q is no text", column)
			}
			e.Texts = append(e.Texts, s)
		}
		if row[t.label] == nil {
			return fmt.Errorf("column %q is missing", t.label)
		}
		e.Label = fmt.Sprint(row[t.label])
		examples = append(examples, e)
		return nil
	})
	if err == nil && len(examples) == 0 {
		err = fmt.Errorf("sentiment: %s holds no rows", file)
	}
	return examples, err
}

// A sentimentSplit is what is learned from and what is scored.
type sentimentSplit struct{ train, test []sentiment.Example }

// splits returns one split, or those of a cross-validation, in which equal texts
// stay together.
func (t *sentimentTask) splits() ([]sentimentSplit, error) {
	train, err := t.examples(t.train)
	if err != nil {
		return nil, err
	}
	if t.test != "" {
		test, err := t.examples(t.test)
		t.spoil(train)
		return []sentimentSplit{{train, test}}, err
	}
	splits := make([]sentimentSplit, t.folds)
	for i, e := range train {
		key := e.Texts[0] // all terms of a sentence stay together
		if !t.aspects {
			key = strings.Join(e.Texts, "\n")
		}
		part := foldOf(key, i, t.folds)
		for k := range splits {
			if k == part {
				splits[k].test = append(splits[k].test, e)
			} else {
				splits[k].train = append(splits[k].train, e)
			}
		}
	}
	for k := range splits {
		t.spoil(splits[k].train)
	}
	return splits, nil
}

// spoil deals the labels anew, if the control asks for it.
func (t *sentimentTask) spoil(train []sentiment.Example) {
	if t.control != "shuffle" {
		return
	}
	rng := rand.New(rand.NewPCG(1, 2))
	rng.Shuffle(len(train), func(i, j int) { train[i].Label, train[j].Label = train[j].Label, train[i].Label })
}

// foldOf returns the part of a text, whatever its letter case and white space. A
// row without text goes by its place.
func foldOf(s string, i, folds int) int {
	key := strings.Join(strings.Fields(strings.ToLower(s)), " ")
	if key == "" {
		key = fmt.Sprint("row ", i)
	}
	h := fnv.New64a()
	fmt.Fprint(h, key)
	return int(h.Sum64() % uint64(folds))
}

// A learner makes an engine of training rows.
type learner struct {
	name  string
	learn func(context.Context, []sentiment.Example) (classify, error)
}

// engines are the baselines and ours.
func (t *sentimentTask) engines() []learner {
	if t.aspects {
		return []learner{{"majority", learnMajority}, {"sentence", t.learnSentence}, {"lexicon", learnClause}, {"linear", t.learnTargeted}}
	}
	return []learner{{"majority", learnMajority}, {"lexicon", learnLexicon}, {"linear", t.learnLinear}}
}

// score prints one result for each engine.
func (t *sentimentTask) score(ctx context.Context, splits []sentimentSplit, emit emitter) error {
	for _, engine := range t.engines() {
		total := verdicts{}
		for _, split := range splits {
			if err := total.run(ctx, split, engine.learn); err != nil {
				return err
			}
		}
		result, err := total.result()
		if err != nil {
			return err
		}
		maps.Copy(result, map[string]any{"task": "sentiment", "method": engine.name, "splits": len(splits)})
		if t.control != "" {
			result["control"] = t.control
		}
		if err := emit(result); err != nil {
			return err
		}
	}
	return nil
}
