package support_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/clmkit/clmkit/support"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// benchmark is a set of questions with the knowledge that is to answer them.
type benchmark struct {
	name      string
	knowledge *support.Knowledge
	questions []asked
}

// half tells the half that settings are chosen on from the half that scores, by a hash of the question.
func half(question string) (scores bool) {
	h := fnv.New32a()
	io.WriteString(h, question)
	return h.Sum32()%2 == 1
}

// tally counts how questions were answered.
type tally struct{ answerable, answered, right, unanswerable, wrongly int }

func (a *tally) add(b tally) {
	a.answerable += b.answerable
	a.answered += b.answered
	a.right += b.right
	a.unanswerable += b.unanswerable
	a.wrongly += b.wrongly
}

func (a tally) String() string {
	return fmt.Sprintf("answerable %d: answered %.3f, right %.3f; unanswerable %d: answered %.3f", a.answerable, rate(a.answered, a.answerable), rate(a.right, a.answerable), a.unanswerable, rate(a.wrongly, a.unanswerable))
}

func rate(n, of int) float64 { return float64(n) / float64(max(1, of)) }

// outcome is how a question is answered when every passage is evidence enough.
type outcome struct {
	asked
	coverage        float64
	answered, right bool
}

// ask asks all questions of an agent that answers whatever the coverage. Below a threshold the default agent hands the
// same answer off, so the outcomes tell what each threshold comes to.
func (b benchmark) ask(t *testing.T) []outcome {
	agent := support.NewAgent(b.knowledge, &support.Options{MinCoverage: 1e-9})
	var out []outcome
	for _, q := range b.questions {
		answer, err := agent.Answer(t.Context(), &support.Question{Customer: "c-1", Text: q.text, Time: now})
		require.NoError(t, err)
		answered := answer.Handoff == nil
		out = append(out, outcome{q, answer.Coverage, answered, answered && q.want != "" && q.right(answer)})
	}
	return out
}

// count tallies the questions of one half at a threshold.
func count(outcomes []outcome, scores bool, least float64) tally {
	var got tally
	for _, o := range outcomes {
		if half(o.text) != scores {
			continue
		}
		answered := o.answered && o.coverage >= least
		if o.want == "" {
			got.unanswerable++
			got.wrongly += one(answered)
			continue
		}
		got.answerable++
		got.answered += one(answered)
		got.right += one(answered && o.right)
	}
	return got
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// figures are the numbers of an answer.
var figures = regexp.MustCompile(`\d[\d.,]*\d|\d`)

// right reports whether the answer is the wanted one.
func (q asked) right(a *support.Answer) bool {
	if q.page == "" {
		return strings.Contains(squeeze(a.Text), squeeze(q.want))
	}
	want := figures.FindAllString(q.want, -1)
	said := figures.FindAllString(a.Text, -1)
	shared := slices.ContainsFunc(want, func(f string) bool { return slices.Contains(said, f) })
	return product(a.Citations[0].Document) == q.page && (shared || len(want) == 0)
}

// product is a page's id without its number.
func product(id string) string { return id[:max(0, strings.LastIndex(id, "_"))] }

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

func knowledge(t testing.TB, docs []support.Document) *support.Knowledge {
	k, err := support.NewKnowledge(docs, nil)
	require.NoError(t, err)
	return k
}

// dataFolder holds the public data sets.
func dataFolder() string {
	if folder := os.Getenv("CLMKIT_DATA"); folder != "" {
		return folder
	}
	return "../../shared/data"
}

// open reads a data file, and skips the test when it is not there.
func open(t testing.TB, name string) io.Reader {
	f, err := os.Open(filepath.Join(dataFolder(), name))
	if err != nil {
		t.Skipf("no data: %s is not in %s (CLMKIT_DATA)", name, dataFolder())
	}
	t.Cleanup(func() { f.Close() })
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	return z
}

func guidelines(t testing.TB) benchmark {
	var flows map[string]struct {
		Subflows map[string]struct {
			Actions []struct {
				Text    string
				Subtext []string
			}
			Instructions []string
		}
	}
	require.NoError(t, json.NewDecoder(open(t, "abcd_guidelines/guidelines.json.gz")).Decode(&flows))
	var docs []support.Document
	for flow, f := range flows {
		for name, s := range f.Subflows {
			text := strings.Join(s.Instructions, "\n")
			for _, a := range s.Actions {
				text += "\n\n" + a.Text + "\n" + strings.Join(a.Subtext, "\n")
			}
			docs = append(docs, support.Document{ID: flow + "/" + name, Title: name, Text: text})
		}
	}
	sortDocuments(docs)
	return benchmark{"abcd guidelines", knowledge(t, docs), guidelineQuestions()}
}

// questionHeading is a question in the help pages of the bank, with the first line of its answer.
var questionHeading = regexp.MustCompile(`(?m)^### ([^\n]*\?)\n+(?:- )?([^\n]+)$`)

// bank has the bank's questions, each with the title of its page, because several accounts have the same question. The
// headings are taken out of the pages, so that only the answers can be found. Added are requests from other walks of life as questions without an answer.
func bank(t testing.TB) benchmark {
	b := benchmark{name: "banking help"}
	var docs []support.Document
	lines := bufio.NewScanner(open(t, "tau3_banking_kb/documents.jsonl.gz"))
	lines.Buffer(nil, 1<<20)
	seen := map[string]int{}
	for lines.Scan() {
		var d struct{ ID, Title, Content string }
		require.NoError(t, json.Unmarshal(lines.Bytes(), &d))
		for _, m := range questionHeading.FindAllStringSubmatch(d.Content, -1) {
			question := m[1] + " " + strings.TrimSpace(strings.NewReplacer("FAQ", "", ":", "").Replace(d.Title))
			seen[question]++
			b.questions = append(b.questions, asked{question, m[2], product(d.ID)})
		}
		d.Content = questionHeading.ReplaceAllString(d.Content, "\n$2")
		docs = append(docs, support.Document{ID: d.ID, Title: d.Title, Text: d.Content})
	}
	require.NoError(t, lines.Err())
	unique := b.questions[:0]
	for _, q := range b.questions {
		if seen[q.text] == 1 {
			unique = append(unique, q)
		}
	}
	b.questions = append(unique, elsewhere(t)...)
	sortDocuments(docs)
	b.knowledge = knowledge(t, docs)
	return b
}

// elsewhere are requests of CLINC150 from kitchens, cars, travels and homes.
func elsewhere(t testing.TB) []asked {
	intents := strings.Fields("recipe calories nutrition_info ingredients_list meal_suggestion cook_time food_last restaurant_reviews gas_type tire_pressure oil_change_how jump_start mpg weather traffic play_music alarm translate spelling flip_coin vaccines travel_alert plug_type measurement_conversion what_song smart_home oos")
	var out []asked
	lines := bufio.NewScanner(open(t, "clinc150/clinc150_val.jsonl.gz"))
	for lines.Scan() {
		var q struct{ Text, Intent string }
		require.NoError(t, json.Unmarshal(lines.Bytes(), &q))
		for _, i := range intents {
			if q.Intent == i {
				out = append(out, asked{q.Text, "", ""})
			}
		}
	}
	require.NoError(t, lines.Err())
	return out
}

func benchmarks(t testing.TB) []benchmark {
	return []benchmark{{"invented shop", knowledge(t, helpCentre()), shopQuestions()}, guidelines(t), bank(t)}
}

// TestQuality chooses the default threshold on one half of the questions, and scores it on the other against a baseline
// that always answers with the top passage.
func TestQuality(t *testing.T) {
	var sets [][]outcome
	for _, b := range benchmarks(t) {
		sets = append(sets, b.ask(t))
	}
	assert.Equal(t, 0.6, choose(t, sets))
	var all, top tally
	for _, outcomes := range sets {
		got, baseline := count(outcomes, true, 0.6), count(outcomes, true, 0)
		t.Logf("scored: %s", got)
		t.Logf("baseline, always the top passage: %s", baseline)
		all.add(got)
		top.add(baseline)
		assert.LessOrEqual(t, rate(got.wrongly, got.unanswerable), 0.1)
	}
	t.Logf("all: %s", all)
	t.Logf("all, baseline: %s", top)
	assert.GreaterOrEqual(t, rate(all.answered, all.answerable), 0.6)
	assert.GreaterOrEqual(t, rate(all.right, all.answered), 0.6)
	assert.Less(t, 10*rate(all.wrongly, all.unanswerable), rate(top.wrongly, top.unanswerable))
}

// choose returns the lowest tenth at which in no set, on the half that does not score, more than one in twenty of the
// questions without an answer is answered.
func choose(t *testing.T, sets [][]outcome) float64 {
	chosen := 1.0
	for step := 10; step > 0; step-- {
		least, worst := float64(step)/10, 0.0
		for _, outcomes := range sets {
			got := count(outcomes, false, least)
			t.Logf("choosing, %.1f: %s", least, got)
			worst = max(worst, rate(got.wrongly, got.unanswerable))
		}
		if worst > 0.05 {
			break
		}
		chosen = least
	}
	return chosen
}
