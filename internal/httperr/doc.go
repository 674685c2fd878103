// Package httperr turns failed HTTP exchanges with providers of models into *llm.Error: the kind, the status, how long to
// wait, the id of the request, and what the server says, on one line and not too long.
//
//	if resp.StatusCode/100 != 2 {
//		body, _ := io.ReadAll(io.LimitReader(resp.Body, httperr.MaxBody))
//		return httperr.New("openai", resp, body)
//	}
//
// The kind comes from a machine-readable code where the server sends one, and else from the status. Messages are read
// for one thing only, since several servers give no code for it: whether a request is longer than the context.
package httperr
