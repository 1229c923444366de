internal import CTensorKernels

/// How a convolution is computed. Depends on its shape and the policy, never on the picture's size,
/// so that weights are laid out once.
enum Method: Sendable {
  case direct, winograd2, winograd4, upsampled, fewResults, matrix

  init(_ convolution: Network.Convolution, isUpsampled: Bool, policy: Policy) {
    let (inputs, outputs) = (convolution.inputChannels, convolution.outputChannels)
    if isUpsampled {
      self = .upsampled
    } else if convolution.isCentred3x3, inputs >= 16, outputs <= 3 {
      self = .fewResults
    } else if convolution.isCentred3x3, inputs >= 16, outputs >= 16 {
      switch policy {
      case .fast: self = .winograd4
      case .balanced: self = (64...512).contains(inputs) ? .winograd4 : .winograd2
      case .exact, .reference: self = .winograd2
      }
    } else {
      self = .direct
    }
  }

  /// Results per side of a tile.
  var tile: Int {
    switch self {
    case .winograd2: 2
    case .winograd4, .upsampled: 4
    case .direct, .fewResults, .matrix: 1
    }
  }

  /// Numbers that a tile of one input channel becomes.
  var storedPositions: Int {
    switch self {
    case .winograd2: 16
    case .winograd4: 36
    case .upsampled: 25
    case .direct, .fewResults, .matrix: 1
    }
  }

  var kernel: tk_method {
    switch self {
    case .direct: TK_DIRECT
    case .winograd2: TK_WINOGRAD_2
    case .winograd4: TK_WINOGRAD_4
    case .upsampled: TK_UPSAMPLED
    case .fewResults: TK_FEW_RESULTS
    case .matrix: TK_MATRIX
    }
  }
}
