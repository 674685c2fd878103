package httperr

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

// longest is the longest wait that is believed.
const longest = 366 * 24 * time.Hour

// wait is how long the server asks to wait: retry-after-ms (OpenAI and Azure) before Retry-After, since it is the finer
// one, and for status 429 what OpenAI's x-ratelimit-reset headers say when there is neither. 0: it does not say.
func wait(resp *http.Response) time.Duration {
	if ms := number(resp.Header.Get("Retry-After-Ms"), time.Millisecond); ms > 0 {
		return ms
	}
	if d := retryAfter(resp.Header); d > 0 || resp.StatusCode != http.StatusTooManyRequests {
		return d
	}
	return limitReset(resp.Header)
}

// retryAfter reads Retry-After, in seconds or as a date. A date counts from the server's own Date header, so that no
// clock of ours is asked; without that header it says nothing. Negative and unreadable values are 0.
func retryAfter(h http.Header) time.Duration {
	value := h.Get("Retry-After")
	if d := number(value, time.Second); d > 0 {
		return d
	}
	until, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return 0
	}
	return between(until.Sub(now))
}

// number reads so many units; 0 when there is no positive number.
func number(value string, unit time.Duration) time.Duration {
	n, err := strconv.ParseFloat(value, 64)
	if err != nil && !math.IsInf(n, 1) || !(n > 0) {
		return 0
	}
	if n > float64(longest/unit) {
		return longest
	}
	return time.Duration(n * float64(unit))
}

func between(d time.Duration) time.Duration { return min(max(0, d), longest) }

// limitReset reads when OpenAI's limits of requests and tokens are as new, such as "6m0s". A limit that is used up is
// what refused the call; when none is, the call was larger than the rest of one, and the sooner reset is told.
func limitReset(h http.Header) time.Duration {
	var used, other time.Duration
	for _, limit := range []string{"Requests", "Tokens"} {
		d, err := time.ParseDuration(h.Get("X-Ratelimit-Reset-" + limit))
		if err != nil || d <= 0 {
			continue
		}
		if h.Get("X-Ratelimit-Remaining-"+limit) == "0" {
			used = max(used, d)
		} else if other == 0 || d < other {
			other = d
		}
	}
	if used > 0 {
		return between(used)
	}
	return between(other)
}
