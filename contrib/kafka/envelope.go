package kafka

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
)

// An envelope is the value of a record:
//
//	"clm" 1 | length of the key's id, 1 byte | the id | nonce, 12 bytes | sealed event | tag, 16 bytes
//
// What is before the nonce is in clear and authenticated with the rest. The
// nonces are random, which is safe for 2^32 events of a customer (NIST SP
// 800-38D, 8.3). Nothing binds a record to its topic, so that a mirror of the
// topic under another name can be read.
const (
	envelopeMagic = "clm\x01"
	sealCost      = 12 + 16 // bytes of nonce and tag
)

// errEnvelope is wrapped by the errors for records that are no envelopes.
var errEnvelope = errors.New("not an event of this log")

// envelopeSize is how many bytes seal makes of an event at most.
func envelopeSize(event []byte) int {
	return len(envelopeMagic) + 1 + maxKeyID + sealCost + len(event)
}

// aead is AES-256 in Galois/Counter mode with random nonces.
func aead(key []byte) (cipher.AEAD, error) {
	if len(key) != keySize {
		return nil, fmt.Errorf("a key of %d bytes, not %d", len(key), keySize)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// seal returns the envelope of an event.
func seal(box cipher.AEAD, keyID string, event []byte) []byte {
	out := make([]byte, 0, envelopeSize(event))
	out = append(out, envelopeMagic...)
	out = append(out, byte(len(keyID)))
	out = append(out, keyID...)
	return box.Seal(out, nil, event, out)
}

// split takes an envelope apart: head is what is authenticated in clear. The
// results share the memory of value.
func split(value []byte) (head []byte, keyID string, sealed []byte, err error) {
	n := len(envelopeMagic)
	if len(value) <= n || string(value[:n]) != envelopeMagic {
		return nil, "", nil, errEnvelope
	}
	end := n + 1 + int(value[n])
	if value[n] == 0 || value[n] > maxKeyID || len(value) < end+sealCost {
		return nil, "", nil, fmt.Errorf("%w: cut short", errEnvelope)
	}
	return value[:end], string(value[n+1 : end]), value[end:], nil
}

// unseal returns the event of an envelope that was split.
func unseal(box cipher.AEAD, head, sealed []byte) ([]byte, error) {
	event, err := box.Open(nil, nil, sealed, head)
	if err != nil {
		return nil, fmt.Errorf("%w: the seal is broken", errEnvelope)
	}
	return event, nil
}
