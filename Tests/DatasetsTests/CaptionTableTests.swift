import Datasets
import Foundation
import Testing

@Suite struct CaptionTableTests {
  private func table(_ text: String, _ name: String) throws -> CaptionTable {
    let tree = try Tree()
    try tree.write(Array(text.utf8), to: name)
    return try CaptionTable(path: tree.path(name))
  }

  @Test(arguments: [
    (
      "t.csv",
      "path,caption\nin/a.jpg,\"one, \"\"quoted\"\"\"\nin/a.jpg,two\nb.png,\"three\nlines\"\n"
    ),
    (
      "t.tsv",
      "id\tcaption\tfile_name\n1\tone, \"quoted\"\tin/a.jpg\n2\ttwo\tin/a.jpg\n3\tthree\tb.png\n3\tlines\tb.png\n"
    ),
    ("t.tsv", "in/a.jpg\tone, \"quoted\"\nin/a.jpg\ttwo\nb.png\tthree\nb.png\tlines\n"),
    (
      "t.txt",
      "in/a.jpg#0\tone, \"quoted\"\r\nin/a.jpg#1\ttwo\r\nb.png#0\tthree\r\nb.png#1\tlines\r\n"
    ),
    (
      "t.jsonl",
      #"{"path": "./in/a.jpg", "caption": ["one, \"quoted\"", "two"]}"# + "\n\n"
        + #"{"path": "b", "caption": "three\nlines", "width": 3}"# + "\n"
    ),
    (
      "t.json",
      #"{"images": [{"id": 7, "file_name": "in/a.jpg"}, {"id": 9, "file_name": "b.png"}], "#
        + #""annotations": [{"id": 1, "image_id": 7, "caption": "one, \"quoted\""}, "#
        + #"{"id": 2, "image_id": 9, "caption": "three"}, {"id": 3, "image_id": 7, "caption": "two"}, "#
        + #"{"id": 4, "image_id": 9, "caption": "lines"}]}"#
    ),
  ])
  func everyFormatGivesTheSameCaptions(name: String, text: String) throws {
    for mark in ["", "\u{FEFF}"] {
      let table = try table(mark + text, name)
      #expect(table.pictureCount == 2 && table.unusedCount == 2)
      #expect(table.captions(forKey: "in/a") == ["one, \"quoted\"", "two"])
      #expect(table.captions(forKey: "in/a.jpg") == ["one, \"quoted\"", "two"])
      #expect(table.captions(forKey: "a") == ["one, \"quoted\"", "two"])
      #expect(table.captions(forKey: "more/in/a") == ["one, \"quoted\"", "two"])
      #expect(table.captions(forKey: "elsewhere/a").isEmpty)
      #expect(table.captions(forKey: "c").isEmpty)
      #expect(table.unusedCount == 1)
      #expect(table.captions(forKey: "b") == ["three", "lines"])
      #expect(table.unusedCount == 0)
    }
  }

  @Test func conceptualCaptionsAreJoinedOnTheAddress() throws {
    let table = try table(
      "a red cat\thttps://x.org/p/cat%201.jpg?w=3\na dog\thttp://y.org/dog.jpeg\n", "t.tsv")
    #expect(table.captions(forKey: "cat%201") == ["a red cat"])
    #expect(table.captions(forKey: "train/dog") == ["a dog"])
  }

  @Test func aNameThatSeveralPicturesShareNeedsItsFolder() throws {
    let table = try table("path,caption\nx/a.jpg,one\ny/a.jpg,two\n", "t.csv")
    #expect(table.captions(forKey: "x/a") == ["one"])
    #expect(table.captions(forKey: "z/a").isEmpty)
    #expect(table.captions(forKey: "a").isEmpty)
    #expect(table.unusedCount == 1)
  }

  @Test func damagedTextIsRepaired() throws {
    let tree = try Tree()
    try tree.write(Array("path,caption\na.jpg,x\u{0}y".utf8) + [0xFF, 0x0A], to: "t.csv")
    let table = try CaptionTable(path: tree.path("t.csv"))
    #expect(table.captions(forKey: "a") == ["xy\u{FFFD}"])
    #expect(table.isRepaired)
  }

  @Test(arguments: [
    ("t.csv", "path,caption\na.jpg\n", "row 2 has 1 fields, the header 2"),
    ("t.csv", "one,two,three\n", "names no path and caption column"),
    ("t.csv", "", "no caption found"),
    ("t.jsonl", "{\"path\": \"a\"\n", "line 1 is no JSON object"),
    ("t.jsonl", "\n{\"width\": 1}\n", "names no picture"), ("t.json", "[]", "no COCO captions"),
    (
      "t.json", #"{"images": [], "annotations": [{"image_id": 1, "caption": "x"}]}"#,
      "names image 1, which is not listed"
    ), ("t.parquet", "PAR1", "a caption table ends in"),
  ])
  func whatIsNoTableIsRefused(name: String, text: String, expected: String) throws {
    do {
      _ = try table(text, name)
      Issue.record("\(text) was read")
    } catch {
      #expect("\(error)".contains(expected), "\(error)")
    }
  }

  @Test func aTableReplacesTheCaptionsBesideThePictures() throws {
    let tree = try Tree(["in/a.jpg", "in/a.txt", "in/b.jpg", "in/b.txt"])
    try tree.write(Array("path,caption\na.jpg,from the table\n".utf8), to: "t.csv")
    let table = try CaptionTable(path: tree.path("t.csv"))
    let inputs = try Dataset(inputs: [tree.path("in")]).shards[0].open(captions: table)
    #expect(try inputs.samples.map { try $0.load().captions } == [["from the table"], []])
  }
}
