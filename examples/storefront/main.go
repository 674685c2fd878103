// Command storefront runs the whole loop of clmkit once: events go in, and
// profiles, stages, churn risk, recommendations, a message and a support answer
// come out, each with its evidence, and with how good it was on a hold-out.
//
//	go run ./examples/storefront                          # a simulated shop
//	go run ./examples/storefront -orders FILE.csv.gz      # order lines of your own
//	go run ./examples/storefront -db shop.db              # kept in one file, which the next run goes on from
//	go run ./examples/storefront -model URL -name MODEL   # with a language model
//
// It needs no key, no network and no server.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/clmkit/clmkit/internal/progress"
	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/openai"
)

// options are what the command line says.
type options struct {
	orders   []string
	declared string
	seed     uint64
	customer string
	question string
	asJSON   bool
	model    string
	name     string
	keyEnv   string
	layout   string
	db       string
	today    time.Time
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "storefront:", err)
		os.Exit(1)
	}
}

// run writes the summary to out, and progress and usage to side.
func run(ctx context.Context, args []string, out, side io.Writer) error {
	o, err := parse(args, side)
	if err != nil {
		return err
	}
	o.today = time.Now()
	meter := progress.New(side)
	shop, err := open(ctx, o, meter)
	if err != nil {
		return err
	}
	model, err := o.connect()
	if err != nil {
		return err
	}
	s := &story{shop: shop, model: model, meter: meter, options: o}
	if s.records, err = keep(ctx, o.db, s.now); err != nil {
		return err
	}
	summary, err := s.tell(ctx)
	meter.Done()
	if err := errors.Join(err, s.close()); err != nil {
		return err
	}
	if o.asJSON {
		enc := json.NewEncoder(out)
		enc.SetIndent("", "  ")
		return enc.Encode(summary)
	}
	return summary.print(out)
}

func parse(args []string, side io.Writer) (*options, error) {
	var o options
	flags := flag.NewFlagSet("storefront", flag.ContinueOnError)
	flags.SetOutput(side)
	flags.Func("orders", "a `file` of order lines in the columns of Online Retail, CSV or CSV.gz; may be repeated", func(path string) error {
		o.orders = append(o.orders, path)
		return nil
	})
	flags.StringVar(&o.declared, "currency", "GBP", "ISO 4217 `code` of order files that have no currency column")
	flags.Uint64Var(&o.seed, "seed", 1, "seed of the simulated shop")
	flags.StringVar(&o.customer, "customer", "", "whose profile to show; default: the one most worth saving")
	flags.StringVar(&o.question, "question", "Can I return opened candles?", "what a customer asks the support")
	flags.BoolVar(&o.asJSON, "json", false, "print the summary as JSON")
	flags.StringVar(&o.model, "model", "", "base `URL` of an OpenAI-compatible server, such as http://localhost:11434/v1")
	flags.StringVar(&o.name, "name", "", "name of the model on that server")
	flags.StringVar(&o.keyEnv, "key-env", "", "name of the environment `variable` that holds the server's key; default: no key is sent")
	flags.StringVar(&o.layout, "layout", "", "Go `layout` of dates such as 1/2/2006 15:04 (month first); default: dates like 2006-01-02 15:04:05")
	flags.StringVar(&o.db, "db", "", "`file` to keep events, profiles, catalogue and exposures in, made when there is none; default: memory")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	switch {
	case flags.NArg() > 0:
		return nil, fmt.Errorf("unknown argument %q", flags.Arg(0))
	case (o.model == "") != (o.name == ""):
		return nil, errors.New("-model and -name go together")
	case strings.TrimSpace(o.question) == "":
		return nil, errors.New("-question is empty")
	}
	return &o, nil
}

// connect returns the model behind a shield, with retries, or nil for the paths that need none.
func (o *options) connect() (llm.Model, error) {
	if o.model == "" {
		return nil, nil
	}
	client, err := openai.New(o.model, &openai.Options{Model: o.name, APIKey: os.Getenv(o.keyEnv)})
	if err != nil {
		return nil, err
	}
	shield, err := llm.NewShield(nil)
	if err != nil {
		return nil, err
	}
	return shield.Model(llm.Retry(client, nil)), nil
}
