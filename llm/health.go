package llm

import (
	"context"
	"errors"
)

// sign is what the end of a call says of the provider's health.
type sign int

const (
	silent sign = iota
	well
	ill
)

func signOf(ctx context.Context, err error) sign {
	if err == nil {
		return well
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		if errors.Is(context.Cause(ctx), ErrTimeout) {
			return ill
		}
		return silent
	}
	switch kindOf(err) {
	case ErrUnavailable, ErrTimeout, ErrTruncated, ErrMalformed:
		return ill
	case ErrEmpty, ErrLength, ErrRefused, ErrUnauthorized, ErrQuota, ErrRateLimited:
		return well
	}
	return silent
}
