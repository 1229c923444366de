import TensorKernels
import TestSupport

/// The networks of the benchmark at full size, with seeded random weights.
enum BenchmarkNetworks {
  struct Configuration {
    var width = 128
    var multipliers = [1, 1, 2, 4]
    var blocks = 2
    var attentionLevels: Set<Int> = [3]
    var latentChannels = 256
    var outputs = 3
  }

  static let sber = Configuration()
  static let ice = Configuration(
    multipliers: [1, 2, 4], attentionLevels: [], latentChannels: 256)
  static let iceDecoder = Configuration(
    multipliers: [1, 1, 2, 4], blocks: 0, attentionLevels: [], latentChannels: 256)
  static let builtIn = Configuration(
    width: 64, multipliers: [1, 1, 1, 2], blocks: 0, attentionLevels: [], latentChannels: 64)

  /// A network and the side of its input for pictures of `size` pixels.
  static func network(named name: String, size: Int) throws -> (Network, Int) {
    var weights = Weights()
    switch name {
    case "sber-encode": return (try weights.encoder(sber), size)
    case "sber-decode": return (try weights.decoder(sber), size / 8)
    case "default-encode": return (try weights.encoder(builtIn), size)
    case "default-decode": return (try weights.decoder(builtIn), size / 8)
    case "ice-encode": return (try weights.encoder(ice), size)
    case "ice-decode": return (try weights.decoder(iceDecoder), size / 8)
    case "dvae-encode": return (try weights.discreteEncoder(), size)
    default: return (try weights.discreteDecoder(), size / 8)
    }
  }

  struct Weights {
    var builder = NetworkBuilder()
    var generator = SeededGenerator(seed: 7)

    mutating func parameter(
      _ name: String, _ shape: [Int], offset: Float = 0
    ) -> Parameter {
      let seed = generator.next()
      let fanIn = max(1, shape.dropFirst().reduce(1, *))
      return Parameter(name: name, shape: shape) {
        var generator = SeededGenerator(seed: seed)
        let scale = 1.7320508 / Float(fanIn).squareRoot()
        return (0..<shape.reduce(1, *)).map { _ in
          offset + scale * Float(2 * generator.unit() - 1)
        }
      }
    }

    mutating func conv(
      _ x: Network.Value, _ outputs: Int, kernel: Int = 3, stride: Int = 1, _ label: String
    ) throws -> Network.Value {
      try builder.convolution(
        x, weight: parameter(label + ".weight", [outputs, x.channels, kernel, kernel]),
        bias: parameter(label + ".bias", [outputs]),
        stride: stride, padding: stride == 2 ? .rightBottom : nil, label: label)
    }

    mutating func norm(_ x: Network.Value, _ label: String) throws -> Network.Value {
      try builder.groupNorm(
        x, scale: parameter(label + ".weight", [x.channels], offset: 1),
        shift: parameter(label + ".bias", [x.channels]), label: label)
    }

    mutating func block(_ x: Network.Value, _ outputs: Int, _ label: String) throws -> Network.Value
    {
      var h = builder.swish(try norm(x, label + ".norm1"))
      h = try conv(h, outputs, label + ".conv1")
      h = builder.swish(try norm(h, label + ".norm2"))
      h = try conv(h, outputs, label + ".conv2")
      let shortcut =
        x.channels == outputs ? x : try conv(x, outputs, kernel: 1, label + ".nin_shortcut")
      return try builder.add(shortcut, h, label: label)
    }

    mutating func attention(_ x: Network.Value, _ label: String) throws -> Network.Value {
      let n = try norm(x, label + ".norm")
      let q = try conv(n, x.channels, kernel: 1, label + ".q")
      let k = try conv(n, x.channels, kernel: 1, label + ".k")
      let v = try conv(n, x.channels, kernel: 1, label + ".v")
      let a = try builder.attention(queries: q, keys: k, values: v, label: label)
      return try builder.add(x, conv(a, x.channels, kernel: 1, label + ".proj_out"), label: label)
    }

    mutating func encoder(_ c: Configuration) throws -> Network {
      let pixels = builder.input(channels: 3)
      var x = try conv(pixels, c.width, "encoder.conv_in")
      for (level, multiplier) in c.multipliers.enumerated() {
        for number in 0..<c.blocks {
          x = try block(x, c.width * multiplier, "encoder.down.\(level).block.\(number)")
          if c.attentionLevels.contains(level) {
            x = try attention(x, "encoder.down.\(level).attn.\(number)")
          }
        }
        if level < c.multipliers.count - 1 {
          x = try conv(x, x.channels, stride: 2, "encoder.down.\(level).downsample.conv")
        }
      }
      x = try block(x, x.channels, "encoder.mid.block_1")
      x = try attention(x, "encoder.mid.attn_1")
      x = try block(x, x.channels, "encoder.mid.block_2")
      x = try conv(
        builder.swish(norm(x, "encoder.norm_out")), c.latentChannels, "encoder.conv_out")
      x = try conv(x, c.latentChannels, kernel: 1, "quant_conv")
      return builder.finish([x])
    }

    mutating func decoder(_ c: Configuration) throws -> Network {
      let latents = builder.input(channels: c.latentChannels)
      var x = try conv(latents, c.latentChannels, kernel: 1, "post_quant_conv")
      x = try conv(x, c.width * c.multipliers.last!, "decoder.conv_in")
      x = try block(x, x.channels, "decoder.mid.block_1")
      x = try attention(x, "decoder.mid.attn_1")
      x = try block(x, x.channels, "decoder.mid.block_2")
      for (level, multiplier) in c.multipliers.enumerated().reversed() {
        for number in 0...c.blocks {
          x = try block(x, c.width * multiplier, "decoder.up.\(level).block.\(number)")
          if c.attentionLevels.contains(level) {
            x = try attention(x, "decoder.up.\(level).attn.\(number)")
          }
        }
        if level > 0 {
          x = try conv(
            builder.upsampleNearest2x(x), x.channels, "decoder.up.\(level).upsample.conv")
        }
      }
      x = try conv(builder.swish(norm(x, "decoder.norm_out")), c.outputs, "decoder.conv_out")
      return builder.finish([x])
    }

    mutating func discreteBlock(
      _ x: Network.Value, _ outputs: Int, kernels: [Int], _ label: String
    ) throws -> Network.Value {
      var h = x
      for (index, kernel) in kernels.enumerated() {
        h = try conv(
          builder.relu(h), index == 3 ? outputs : outputs / 4, kernel: kernel,
          label + ".res_path.conv_\(index + 1)")
      }
      let identity = x.channels == outputs ? x : try conv(x, outputs, kernel: 1, label + ".id_path")
      return try builder.add(identity, h, gain: 1 / 64, label: label)
    }

    mutating func discreteEncoder() throws -> Network {
      var x = try conv(builder.input(channels: 3), 256, kernel: 7, "blocks.input")
      for (group, width) in [256, 512, 1024, 2048].enumerated() {
        for number in 1...2 {
          x = try discreteBlock(
            x, width, kernels: [3, 3, 3, 1], "blocks.group_\(group + 1).block_\(number)")
        }
        if group < 3 { x = builder.maxPool2x2(x) }
      }
      return builder.finish([builder.relu(x)])
    }

    mutating func discreteDecoder() throws -> Network {
      var x = builder.input(channels: 128)
      for (group, width) in [2048, 1024, 512, 256].enumerated() {
        for number in 1...2 {
          x = try discreteBlock(
            x, width, kernels: [1, 3, 3, 3], "blocks.group_\(group + 1).block_\(number)")
        }
        if group < 3 { x = builder.upsampleNearest2x(x) }
      }
      return builder.finish([try conv(builder.relu(x), 6, kernel: 1, "blocks.output")])
    }
  }
}
