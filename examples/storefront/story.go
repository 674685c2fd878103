package main

import (
	"context"
	"errors"
	"strconv"
	"sync"

	"github.com/clmkit/clmkit/churn"
	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/content"
	"github.com/clmkit/clmkit/internal/progress"
	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/recommend"
	"github.com/clmkit/clmkit/support"
)

// story is the loop at work: each method is one of its steps.
type story struct {
	*shop
	*options
	*records
	model llm.Model
	meter *progress.Meter

	folder *profile.Folder
	risk   *churn.Model
	items  *recommend.Model

	mu      sync.Mutex // guards summary.Aside while views catch up
	summary summary
}

// tell runs the loop once.
func (s *story) tell(ctx context.Context) (*summary, error) {
	s.summary = summary{Shop: s.label, At: s.at, Currency: s.currency, Rows: s.read}
	for _, step := range []func(context.Context) error{
		s.stock, s.replay, s.learnChurn, s.learnItems, s.survey, s.worth, s.portrait, s.suggest, s.write, s.answer,
	} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return &s.summary, nil
}

// suggest recommends items to that customer.
func (s *story) suggest(ctx context.Context) error {
	list, err := s.items.Recommend(ctx, recommend.Request{Customer: clm.CustomerID(s.customer)})
	if err != nil {
		return err
	}
	s.summary.Recommendations.Path = list.Path
	for _, item := range list.Items {
		known := s.catalogue.Item(item.ID)
		s.summary.Recommendations.Items = append(s.summary.Recommendations.Items, suggestion{
			Item: item, Title: known.Title, Price: known.Price, Because: item.Reason.English(s.catalogue),
		})
	}
	if len(list.Items) == 0 {
		s.path("recommendations to "+s.customer, "none", "nothing is known that could be recommended")
		return nil
	}
	s.path("recommendations to "+s.customer, string(list.Path), "")
	return s.show(ctx, list)
}

func (s *story) path(part, path, why string) {
	s.summary.Paths = append(s.summary.Paths, pathTaken{part, path, why})
}

// write drafts a message to the customer and to each of those most worth saving,
// and sends it to those who agreed to be written to.
func (s *story) write(ctx context.Context) error {
	to := []clm.CustomerID{clm.CustomerID(s.customer)}
	for _, stake := range s.summary.Worth {
		if stake.Risk.Customer != to[0] {
			to = append(to, stake.Risk.Customer)
		}
	}
	s.meter.Start("writing", int64(len(to)))
	writer := content.NewWriter(s.catalogue, &content.Options{Model: s.model})
	mail := clm.OutboxFunc(func(context.Context, clm.Action) error { return nil }) // a shop's mailer
	outbox := clm.Guard(clm.Recorded(mail, s.log), profile.ConsentGate(s.profiles))
	for _, customer := range to {
		if err := s.writeTo(ctx, writer, outbox, customer); err != nil {
			return err
		}
		s.meter.Add(1)
	}
	return s.catchUp(ctx)
}

func (s *story) writeTo(ctx context.Context, writer *content.Writer, outbox clm.Outbox, customer clm.CustomerID) error {
	brief, err := s.brief(ctx, customer)
	if err != nil || len(brief.Items) == 0 {
		return err
	}
	m := message{Customer: customer}
	result, err := writer.Write(ctx, brief)
	switch {
	case errors.Is(err, content.ErrRejected):
		m.Veto = err.Error()
	case err != nil:
		return err
	default:
		m.Path, m.Subject, m.Body = result.Path, result.Draft.Subject, result.Draft.Body
		m.Evidence, m.ModelError = result.Evidence, text(result.ModelError)
		err = outbox.Send(ctx, result.Action(brief))
		m.Sent, m.Veto = err == nil, text(err)
		if err != nil && !errors.Is(err, clm.ErrVetoed) {
			return err
		}
	}
	s.summary.Messages = append(s.summary.Messages, m)
	if m.Path == "" {
		s.path("message to "+string(customer), "none", m.Veto)
		return nil
	}
	s.path("message to "+string(customer), string(m.Path), m.ModelError)
	return nil
}

// answer asks the support the customer's question, and one that nobody wrote a
// page about.
func (s *story) answer(ctx context.Context) error {
	agent, err := s.agent()
	if err != nil {
		return err
	}
	for _, question := range []string{s.question, "Do you have a shop in Lisbon?"} {
		a, err := agent.Answer(ctx, &support.Question{Customer: clm.CustomerID(s.customer), Text: question, Time: s.at})
		if err != nil {
			return err
		}
		s.summary.Answers = append(s.summary.Answers, answer{Question: question, Answer: *a, ModelError: text(a.ModelError)})
		s.path("answer to "+strconv.Quote(question), string(a.Path), text(a.ModelError))
	}
	return s.measure(ctx)
}

// text is an error's text, or "" for none.
func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
