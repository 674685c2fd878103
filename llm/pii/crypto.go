package pii

import (
	"bytes"
	"crypto/sha256"
	"math/big"
	"strings"
)

func findWallets(d *draft) {
	if !d.wants(Crypto) {
		return
	}
	for i := range d.tokens {
		if t := &d.tokens[i]; t.class == mixed && t.end-t.start >= 25 && t.end-t.start <= 90 {
			if s := d.word(i); isBase58(s) || isBech32(s) || isEthereum(s) {
				d.add(Crypto, t.start, t.end, 0.95, "crypto")
			}
		}
	}
}

// isBase58 reports addresses of Bitcoin: version 0 or 5, 20 bytes and four of a double SHA-256 (Bitcoin wiki, Base58Check encoding).
func isBase58(s string) bool {
	const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	if len(s) > 35 || s[0] != '1' && s[0] != '3' {
		return false
	}
	n, base := new(big.Int), big.NewInt(58)
	for i := range len(s) {
		digit := strings.IndexByte(alphabet, s[i])
		if digit < 0 {
			return false
		}
		n.Add(n.Mul(n, base), big.NewInt(int64(digit)))
	}
	if n.BitLen() > 8*25 {
		return false
	}
	raw := n.FillBytes(make([]byte, 25))
	once := sha256.Sum256(raw[:21])
	twice := sha256.Sum256(once[:])
	return (raw[0] == 0 || raw[0] == 5) && bytes.Equal(twice[:4], raw[21:])
}

// isBech32 reports segregated-witness addresses of Bitcoin (BIP 173, and BIP 350 from witness version 1 on).
func isBech32(s string) bool {
	const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
	lower := strings.ToLower(s)
	data, ok := strings.CutPrefix(lower, "bc1")
	if !ok || s != lower && s != strings.ToUpper(s) {
		return false
	}
	check := polymod(1, 3, 3, 0, 2, 3) // "bc" expanded
	for i := range len(data) {
		value := strings.IndexByte(alphabet, data[i])
		if value < 0 {
			return false
		}
		check = polymod(check, value)
	}
	want := 0x2bc830a3
	if data[0] == 'q' {
		want = 1
	}
	return check == want
}

// polymod is the checksum's polynomial remainder of BIP 173.
func polymod(check int, values ...int) int {
	for _, v := range values {
		top := check >> 25
		check = check&0x1ffffff<<5 ^ v
		for i, g := range [5]int{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
			if top>>i&1 == 1 {
				check ^= g
			}
		}
	}
	return check
}

// isEthereum reports 0x and 40 hexadecimal digits. The check by capitals (EIP-55) is optional and not read.
func isEthereum(s string) bool {
	if len(s) != 42 || s[0] != '0' || s[1]|0x20 != 'x' {
		return false
	}
	for i := 2; i < len(s); i++ {
		if !isHex(s[i]) {
			return false
		}
	}
	return true
}
