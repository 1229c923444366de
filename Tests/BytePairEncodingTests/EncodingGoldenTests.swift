import BytePairEncoding
import Foundation
import TestSupport
import Testing

/// Ids, subwords and texts equal to those of the reference.
struct EncodingGoldenTests {
  /// In these models "▁" has id 0, and the reference's encoder takes id 0 for a dead node: it
  /// silently loses a "▁" that stays alone. Ours must put out 0 (specs: rulings). The comparison
  /// takes those zeros out again.
  static func losesLowLine(_ tokenizer: BPETokenizer) -> Bool {
    tokenizer.model.characters.contains { $0.scalar == 0x2581 && $0.id == 0 }
  }

  @Test func encode() throws {
    let cases = try Vectors.load("encode.json", as: [Vectors.Encoding].self)
    let tokenizers = try Vectors.tokenizers(cases.map(\.model))
    #expect(cases.count == 1282)
    for entry in cases {
      let tokenizer = try #require(tokenizers[entry.model])
      let bytes = entry.bytes
      if let message = entry.error {
        let error = #expect(throws: BPEError.self) {
          _ = try tokenizer.encode(bytes.span, options: entry.options)
        }
        #expect(error?.description == message)
        continue
      }
      var ids = try tokenizer.encode(bytes.span, options: entry.options)
      var encoder = try tokenizer.makeEncoder(options: entry.options)
      var again: [Int32] = []
      encoder.encode(bytes.span, into: &again)
      #expect(again == ids, "\(entry.model): the caching encoder disagrees")
      #expect(encoder.sawInvalidBytes == (entry.warning != nil))
      var subwords = try tokenizer.encodeAsSubwords(bytes.span, options: entry.options)
      if Self.losesLowLine(tokenizer) {
        ids.removeAll { $0 == 0 }
        subwords.removeAll { $0 == "\u{2581}" }
      }
      #expect(ids == entry.ids, "\(entry.model): \(entry.text ?? "bytes")")
      #expect(subwords == entry.subwords, "\(entry.model): \(entry.text ?? "bytes")")
      if let text = entry.decoded {
        #expect(try tokenizer.decode(ids) == text, "\(entry.model): \(ids)")
      }
    }
  }

  /// "▁" with id 0 comes out as 0, which the reference loses.
  @Test func lowLineWithIDZeroIsKept() throws {
    let tokenizer = try BPETokenizer(model: try Vectors.model("model/sp2.model"))
    #expect(Self.losesLowLine(tokenizer))
    #expect(try tokenizer.encode("xyz") == [0, 1])
    #expect(try tokenizer.encodeAsSubwords("xyz") == ["\u{2581}", "xyz"])
  }

  @Test func decode() throws {
    let cases = try Vectors.load("decode.json", as: [Vectors.Decoding].self)
    let tokenizers = try Vectors.tokenizers(cases.map(\.model))
    #expect(cases.count == 190)
    for entry in cases {
      let tokenizer = try #require(tokenizers[entry.model])
      let ignored = Set(entry.ignore_ids ?? [])
      // The reference forgets special tokens above the other ids: it refuses to decode them and
      // reports a size that leaves them out. Ours keeps them (specs: rulings).
      if tokenizer.vocabularySize != tokenizer.model.tokenCount, entry.error != nil { continue }
      if let message = entry.error {
        let error = #expect(throws: BPEError.self) {
          _ = try tokenizer.decode(entry.ids, ignoring: ignored)
        }
        #expect(error?.description == message)
      } else {
        #expect(try tokenizer.decode(entry.ids, ignoring: ignored) == entry.text)
        var decoder = tokenizer.makeDecoder(ignoring: ignored)
        #expect(try entry.ids.map { try decoder.decode($0) }.joined() == entry.text)
      }
    }
  }

  /// A special token above all other ids is kept and counted.
  @Test func farSpecialToken() throws {
    let tokenizer = try BPETokenizer(model: try Vectors.model("model/sp_far.model"))
    #expect(tokenizer.model.tokenCount == 34)
    #expect(tokenizer.vocabularySize == 1778)
    #expect(try tokenizer.decode([1777]) == "<UNK>")
    #expect(tokenizer.subwords[1777] == "<UNK>")
    #expect(throws: BPEError(.idOutOfRange(id: 39, vocabularySize: 1778))) {
      _ = try tokenizer.decode([39])
    }
  }

  @Test func vocabulary() throws {
    for entry in try Vectors.load("vocab.json", as: [Vectors.VocabularyList].self) {
      let tokenizer = try BPETokenizer(model: try Vectors.model(entry.model))
      #expect(tokenizer.vocabularySize == entry.vocab_size)
      #expect(tokenizer.subwords == entry.vocab)
      for (subword, id) in entry.lookups {
        #expect(tokenizer.id(ofSubword: subword) == id, "\(subword)")
      }
      for (id, subword) in entry.vocab.enumerated() {
        #expect(try tokenizer.subword(of: Int32(id)) == subword)
      }
    }
  }

  @Test func compatibleDropout() throws {
    for run in try Vectors.load("dropout.json", as: [Vectors.DropoutRun].self) {
      let tokenizer = try BPETokenizer(model: try Vectors.model(run.model))
      let options = EncodingOptions(dropout: .compatible(probability: run.dropout_prob))
      let batch = try tokenizer.encode(batch: run.lines, options: options, threads: 4)
      #expect(run.lines.indices.map { Array(batch[$0]) } == run.ids, "p = \(run.dropout_prob)")
    }
  }
}
