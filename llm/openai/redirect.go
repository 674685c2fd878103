package openai

import "net/http"

// careful is a copy of a client that does not follow redirects, unless the host has its own rule for them. Then the key
// stays with the first host all the same: net/http alone would hand it on to subdomains.
func careful(client *http.Client) *http.Client {
	c := *client
	rule := c.CheckRedirect
	c.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		if rule == nil {
			return http.ErrUseLastResponse
		}
		if from := via[0].URL; req.URL.Host != from.Host || req.URL.Scheme != from.Scheme {
			req.Header.Del("Authorization")
		}
		return rule(req, via)
	}
	return &c
}
