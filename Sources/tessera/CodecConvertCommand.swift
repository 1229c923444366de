import ArgumentParser
import ByteCoding
import Checkpoints
import ImageCodecs

/// `tessera codec convert`: a codec's tensors as one safetensors file.
struct CodecConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write a codec's tensors as one safetensors file.",
    usage: "tessera codec convert [<files> ...] --out <out> [<options>]",
    discussion: """
      Only tensors that the codec uses are written, with the codec's name and architecture as \
      metadata; a trainer's losses and optimizer states stay behind. In fp32 the identity stays \
      the same, so token files made with the original decode with the copy. fp16 halves the file, \
      and is another codec unless the original was fp16 too.

      EXAMPLES
        tessera codec convert last.ckpt -o taming.safetensors
        tessera codec convert encoder.pkl decoder.pkl -o dalle.safetensors --precision fp16
      """)

  /// How numbers are stored.
  enum Precision: String, CaseIterable, ExpressibleByArgument {
    case fp32
    case fp16
  }

  @OptionGroup var files: CodecFiles
  @OptionGroup var output: OutputOptions

  @Option(
    name: [.customShort("o"), .customLong("out")],
    help: ArgumentHelp("The safetensors file to write.", valueName: "out"))
  var out: String

  @Option(help: "How numbers are stored.")
  var precision = Precision.fp32

  func run() throws {
    let checkpoints = try files.checkpoints()
    guard !checkpoints.isEmpty else {
      throw CommandFailure.usage("nothing to convert: name the codec's files")
    }
    let conversion = try CodecConversion(
      of: checkpoints, name: files.codec, precision: precision == .fp16 ? .float16 : .float32)
    var file = try AtomicOutputFile(path: out, leftover: .replace)
    for index in 0..<conversion.pieceCount {
      let bytes = try conversion.piece(index)
      try file.write(bytes.span.bytes)
    }
    let written = file.count
    try file.commit()
    let summary = Summary(
      codec: conversion.report.name, out: out, bytes: written,
      tensors: conversion.pieceCount - 1, left_out: conversion.report.unexpected.count)
    Console.result(output.json ? Console.json(summary) : summary.text)
  }

  private struct Summary: Encodable {
    let codec: String
    let out: String
    let bytes: Int
    let tensors: Int
    let left_out: Int

    var text: String {
      "\(out): \(codec), \(tensors) tensors, \(Wording.bytes(bytes)); \(left_out) tensors left out"
    }
  }
}
