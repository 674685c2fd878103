// Package tiny writes small random models in the layout that Hugging Face's optimum exports (model.onnx with dynamic axes
// and its usual chains of Shape, Gather, Concat and Reshape; tokenizer.json; config.json), and computes the same forward
// pass on its own in float64, so that tests need neither downloads nor Python.
//
// The weights come from a seed: what the models say means nothing.
package tiny
