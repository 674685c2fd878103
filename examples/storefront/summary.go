package main

import (
	"slices"
	"time"

	"github.com/clmkit/clmkit/churn"
	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/orders"
	"github.com/clmkit/clmkit/content"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/recommend"
	"github.com/clmkit/clmkit/support"
)

// A summary is what the program prints, as text or as JSON.
type summary struct {
	Shop     string         `json:"shop"`
	At       time.Time      `json:"at"`
	Currency string         `json:"currency"`
	Rows     *orders.Report `json:"rows,omitempty"`
	Events   clm.Ingested   `json:"events"`
	Refused  int            `json:"refused"`        // events that no profile could take in
	Held     int            `json:"held,omitempty"` // events that the file was given before

	Aside []string `json:"aside,omitempty"` // why, of some of them

	Customers       int             `json:"customers"`
	Stages          []stageRow      `json:"stages"`
	Transitions     int             `json:"transitions"` // from one stage to another, or into the first
	Moves           moves           `json:"moves"`       // in the last sweep
	Worth           []churn.Stake   `json:"worth_saving"`
	Portrait        portrait        `json:"profile"`
	Recommendations recommendations `json:"recommendations"`
	Messages        []message       `json:"messages"`
	Answers         []answer        `json:"answers"`
	Quality         quality         `json:"quality"`
	Paths           []pathTaken     `json:"paths"`
}

// stageRow is one lifecycle stage.
type stageRow struct {
	Stage     clm.Stage   `json:"stage"`
	Customers int         `json:"customers"`
	Value     []clm.Money `json:"value"`  // ordered less returned, by currency
	Buyers    int         `json:"buyers"` // customers with an order: those who can churn
	// Risk is the mean churn probability of the buyers; 0 when there was no
	// history to learn it from.
	Risk   churn.Probability `json:"risk"`
	AtRisk clm.Money         `json:"at_risk"`
}

// moves counts customers by the stages between which they moved.
type moves []move

type move struct {
	From      clm.Stage `json:"from"`
	To        clm.Stage `json:"to"`
	Customers int       `json:"customers"`
}

func (m moves) add(from, to clm.Stage) moves {
	i := slices.IndexFunc(m, func(k move) bool { return k.From == from && k.To == to })
	if i < 0 {
		i, m = len(m), append(m, move{From: from, To: to})
	}
	m[i].Customers++
	return m
}

// portrait is one customer.
type portrait struct {
	Profile    *profile.Profile   `json:"state"`
	Placement  clm.Placement      `json:"placement"`
	Monetary   []clm.Money        `json:"monetary"`
	Interests  []profile.Affinity `json:"interests"`
	Brands     []profile.Affinity `json:"brands"`
	PriceBand  *profile.PriceBand `json:"price_band,omitempty"`
	RecencyDay int                `json:"recency_days"`
	Risk       *churn.Risk        `json:"risk,omitempty"`
	Traits     []clm.Trait        `json:"traits,omitempty"`
}

// recommendations are the items for that customer.
type recommendations struct {
	Path  recommend.Path `json:"path"`
	Items []suggestion   `json:"items"`
}

type suggestion struct {
	recommend.Item
	Title   string    `json:"title"`
	Price   clm.Money `json:"price,omitzero"`
	Because string    `json:"because"`
}

// message is what was written to a customer, and whether it went out.
type message struct {
	Customer   clm.CustomerID     `json:"customer"`
	Path       content.Path       `json:"path"`
	Subject    string             `json:"subject"`
	Body       string             `json:"body"`
	Evidence   []content.Evidence `json:"evidence"`
	ModelError string             `json:"model_error,omitempty"`
	Sent       bool               `json:"sent"`
	Veto       string             `json:"veto,omitempty"`
}

// answer is a question with what the support says.
type answer struct {
	Question   string         `json:"question"`
	Answer     support.Answer `json:"answer"`
	ModelError string         `json:"model_error,omitempty"`
}

// quality is how good the parts were on what they had not seen.
type quality struct {
	Cut       time.Time             `json:"cut"`
	Churn     *churn.Evaluation     `json:"churn,omitempty"`
	ChurnWhy  string                `json:"churn_why,omitempty"` // why there is none
	Recommend *recommend.Evaluation `json:"recommend,omitempty"`
	RankWhy   string                `json:"recommend_why,omitempty"`
	Content   lies                  `json:"content"`
	Support   answers               `json:"support"`
}

// pathTaken says which path made a part: a model, or Go alone.
type pathTaken struct {
	Part string `json:"part"`
	Path string `json:"path"`
	Why  string `json:"why,omitempty"`
}
