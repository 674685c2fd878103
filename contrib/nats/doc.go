// Package nats is a clm.Log on NATS JetStream.
package nats
