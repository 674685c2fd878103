package stores

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/clmkit/clmkit/internal/progress"
)

// eraseOptions are what the command line of erase says.
type eraseOptions struct {
	Engine
	customers int
	seed      uint64
	control   string
	play      bool
	from      int
}

// Erase fills a place with customers whose every string carries a mark, and lets a
// process erase half of them, which is killed once during each erasure. Then it
// looks for the marks.
func Erase(ctx context.Context, args []string, e Engine, emit Emit) (err error) {
	o, err := parseErase(args, e)
	if err != nil {
		return err
	}
	if o.play {
		return o.eraseAll(ctx, os.Stdout)
	}
	drop, err := o.Settle(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drop(context.WithoutCancel(ctx))) }()
	meter := progress.New(os.Stderr)
	defer meter.Done()
	if err := o.fill(ctx, meter); err != nil {
		return err
	}
	meter.Start("erasing", int64(o.customers))
	trial := &eraseTrial{eraseOptions: o, random: rand.New(rand.NewPCG(o.seed, 0x6572_6173_65)), progress: meter.Add, usual: 5 * time.Millisecond}
	begin := time.Now()
	if err := trial.run(ctx); err != nil {
		return err
	}
	seconds := time.Since(begin).Seconds()
	left, whole, marks, err := o.remains(ctx)
	if err != nil {
		return err
	}
	result := map[string]any{
		"task": "erase", "control": o.control, "customers": o.customers, "killed": trial.killed,
		"killed_whole": trial.states["whole"], "killed_gone": trial.states["gone"], "half_erased": trial.states["half"],
		"canaries_during": trial.seen, "canaries_left": left, "kept_customers": whole, "kept_marks_found": marks, "seconds": seconds,
	}
	if f, ok := o.Engine.(Filer); ok {
		inFiles := 0
		readable, err := f.Files(ctx, o.control != "", func(b []byte) { inFiles += marksIn(b, "canary-", o.customers) })
		if err != nil {
			return err
		}
		if readable {
			result["canaries_in_files"] = inFiles
		}
	}
	return emit(result)
}

func parseErase(args []string, e Engine) (*eraseOptions, error) {
	o := eraseOptions{Engine: e}
	flags := flag.NewFlagSet("erase", flag.ContinueOnError)
	e.Flags(flags)
	flags.IntVar(&o.customers, "customers", 1000, "number of customers to erase; as many are kept")
	flags.Uint64Var(&o.seed, "seed", 1, "seed of the deaths")
	flags.StringVar(&o.control, "control", "", "plain: rows are deleted by plain SQL instead, as a program does that knows nothing of traces")
	flags.BoolVar(&o.play, "play", false, "erase; the command starts itself with it")
	flags.IntVar(&o.from, "from", 0, "customer to go on from, with -play")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if o.control != "" && o.control != "plain" {
		return nil, fmt.Errorf("erase: unknown -control %q", o.control)
	}
	if o.customers < 1 {
		return nil, fmt.Errorf("erase: %d customers are not positive", o.customers)
	}
	return &o, o.Check()
}

// eraseTrial is the killing of the processes that erase.
type eraseTrial struct {
	*eraseOptions
	random   *rand.Rand
	progress func(int)
	usual    time.Duration // how long an erasure takes that is let be

	struck int            // the customer during whose erasure somebody was killed last
	killed int            // processes
	states map[string]int // in which they left their customer
	seen   int            // canaries of erased customers, found between two erasures
}

// run starts one process after another until all customers are erased.
func (t *eraseTrial) run(ctx context.Context) error {
	t.states, t.struck = map[string]int{}, -1
	for next := 0; next < t.customers; {
		n, err := t.process(ctx, next)
		if err != nil {
			return err
		}
		if n == next && t.struck != next {
			return fmt.Errorf("erase: the process that erases customer %d ended by itself", next)
		}
		next = n
	}
	return nil
}

// process lets one process erase until it is killed, and returns the customer
// to go on from.
func (t *eraseTrial) process(ctx context.Context, next int) (int, error) {
	cmd := t.command(next)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return next, err
	}
	if err := cmd.Start(); err != nil {
		return next, err
	}
	var begun time.Time
	for scan := bufio.NewScanner(out); scan.Scan(); {
		word, rest, _ := strings.Cut(scan.Text(), " ")
		switch word {
		case "state":
			if t.struck == next {
				t.states[rest]++
			}
		case "begin":
			begun = time.Now()
			if t.struck < next {
				t.struck = next
				t.killed++
				time.Sleep(time.Duration(t.random.Float64() * 1.3 * float64(t.usual)))
				_ = cmd.Process.Kill() // it may be done already
			}
		case "done":
			if t.struck == next {
				t.usual += (time.Since(begun) - t.usual) / 8
			}
			next++
			t.progress(1)
			if err := t.look(ctx, next); err != nil {
				return next, err
			}
		}
	}
	_ = cmd.Wait() // how it ended says what it reported
	return next, ctx.Err()
}

// look searches for canaries of customers that are erased by now, every so
// often.
func (t *eraseTrial) look(ctx context.Context, erased int) error {
	if erased%max(1, t.customers/10) != 0 {
		return nil
	}
	left, _, err := t.search(ctx, erased)
	t.seen += left
	return err
}

func (o *eraseOptions) command(from int) *exec.Cmd {
	return again("erase", append(o.Args(), "-customers", strconv.Itoa(o.customers), "-control", o.control,
		"-play", "-from", strconv.Itoa(from))...)
}

// eraseAll is the work of a process.
func (o *eraseOptions) eraseAll(ctx context.Context, out io.Writer) (err error) {
	shop, err := o.Open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, shop.Close()) }()
	for i := o.from; i < o.customers; i++ {
		state, err := settled(ctx, shop, canary(i))
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "state %s\nbegin %d\n", state, i)
		erase := shop.Erase
		if o.control == "plain" {
			erase = shop.Plain
		}
		if err := erase(ctx, canary(i)); err != nil {
			return fmt.Errorf("erase customer %d: %w", i, err)
		}
		fmt.Fprintf(out, "done %d\n", i)
	}
	return nil
}
