// Package onnx runs small language models inside the program, in pure Go: an [Embedder], a text [Classifier], a
// cross-encoder ([Reranker]) and a causal language model of GPT-2's kind ([Scorer]). They are read from the folders that
// Hugging Face models are exported to: model.onnx, tokenizer.json, config.json. There is no cgo, no shared library, no
// process beside the program, and nothing is ever downloaded.
//
//	e, err := onnx.NewEmbedder("models/all-MiniLM-L6-v2", nil)
//	if err != nil {
//		return err // names the file, or the operator that is missing
//	}
//	defer e.Close()
//	got, err := e.Embed(ctx, []string{"where is my parcel", "a red cotton dress"})
//
// A folder is exported once, elsewhere, with Hugging Face's optimum (a Python program):
//
//	optimum-cli export onnx --model sentence-transformers/all-MiniLM-L6-v2 models/all-MiniLM-L6-v2
//	optimum-cli export onnx --model gpt2 --task text-generation models/gpt2   # not text-generation-with-past
//
// # Speed
//
// Pure Go is slow: about 17 to 20 times slower than torch on one core, as this project measured it. On two cores of an AMD
// EPYC, busy with other work, texts of 128 tokens went through at
//
//	2 layers of 32 (the models of the tests)   7,000 tokens/s
//	4 layers of 256 (BERT-mini)                  450 tokens/s
//	6 layers of 384 (MiniLM-L6)                  100 tokens/s
//
// (go test -bench Embed). So a question of 20 tokens costs MiniLM some 0.3 s, and reranking 50 documents of 100 tokens most of a
// minute: fit for nights, for caches filled in advance, for a few texts at a time; not for a request path that has
// not measured it. Where it has to be fast, run a server (vLLM, TEI, llama.cpp, Ollama) behind package llm/openai.
//
// # Shapes
//
// A graph is compiled for one shape, batch by length, when that shape is first met, which takes some 10 ms for each
// layer, and three runs of the garbage collector. Lengths are therefore padded to powers of two from 16 up to MaxTokens, and
// batches are cut to powers of two up to BatchSize, never padded: with 512 tokens and batches of 8 there are at most
// 6 · 4 = 24 graphs, which is a hard limit. The first graph is compiled, and run once, when the model is loaded.
//
// # Concurrency
//
// Everything is safe for concurrent use. As many calls run at a time as GOMAXPROCS says; others wait for their turn or for
// the end of their ctx. A call looks whether its ctx has ended before each batch; a batch that runs cannot be stopped. No
// goroutine outlives a call. Close waits for the calls that run.
//
// # Texts
//
// Texts are tokenized as Hugging Face's library does it: WordPiece, byte-level BPE and Unigram. A special token in a
// text, such as [SEP] or <|endoftext|>, is text and not a token: what customers write cannot end the query. Characters that
// Unicode got after version 8 may fall into other words than there, in WordPiece models only. Invalid UTF-8 becomes U+FFFD.
//
// # Trust
//
// A model is a program: its graph decides what is computed and how much memory that takes. Broken files, circles and
// operators that are missing are errors, and panics of the library become errors; but a graph that is made to
// exhaust memory will. Load models whose origin you know.
//
// # What is missing
//
// Weights have 32 bits, or 8 where optimum has quantised a model dynamically (smaller, but slower here, and one text at a time);
// 16 bits are an error. So are control flow (If, Loop), past key values, functions in the graph, and operators that
// github.com/gomlx/onnx-gomlx v0.3.4 does not have, Sigmoid among them. Three things that it computes wrongly without a word
// are refused: a constant negative index of Gather, Gemm with alpha and beta that differ, Softmax without an axis before
// opset 13. So are products of integers outside of quantisation, on which gomlx v0.26.0 ends the program. Modules of sentence-transformers other than Transformer, Pooling (mean or cls) and Normalize are an error.
//
// The tests compare models of random weights, in the patterns that optimum exports, with a forward pass written in plain
// Go; they agree to 1e-4. No trained model is part of the tests.
package onnx
