import TensorFiles
import TestSupport
import Testing

@Suite struct SliceTests {
  @Test(arguments: [[], [5], [1, 7], [3, 4], [2, 1, 5], [1, 1, 9], [2, 3, 4, 5], [0, 3]])
  func slicesFollowOneAnotherAndAreTheWhole(shape: [Int]) throws {
    let count = shape.reduce(1, *)
    let text = shape.map { "\($0)," }.joined(separator: " ")
    for isFortranOrder in ["False", "True"] {
      let header = "{'descr': '<f4', 'fortran_order': \(isFortranOrder), 'shape': (\(text)), }"
      let file = try TensorFile(bytes: npy(header, floatBytes((0..<count).map { Float($0) })), name: "x.npy")
      let whole = try file.read(file.tensors[0])
      for most in 1...max(1, count + 1) {
        var found: [Double] = []
        try file.tensors[0].forEachSlice(ofAtMost: most) { slice, start in
          #expect(start == found.count)
          let values = try file.read(file.tensors[0], slice)
          #expect(!values.isEmpty && values.count <= most)
          found += values
        }
        #expect(found == whole)
      }
    }
  }
}
