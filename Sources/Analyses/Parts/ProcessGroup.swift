#if MPI
  internal import CMPI
  internal import Files

  /// The processes of one run under MPI, of which the first, of rank 0, leads.
  ///
  /// Everything goes as doubles, which hold whole numbers up to 2⁵³. One call is made at a time.
  @safe public struct ProcessGroup: Sendable {
    /// The number of this process, and how many there are.
    public let rank, count: Int

    /// Begins, where the process was started by `mpirun`, `srun` or the like; nil where it is alone.
    ///
    /// - Throws: `MPIFault` if MPI does not begin.
    public static func begin() throws -> ProcessGroup? {
      var (rank, count): (Int32, Int32) = (0, 1)
      guard unsafe persona_mpi_begin(&rank, &count) == 1 else { throw MPIFault(what: "begin") }
      if count > 1 { return ProcessGroup(rank: Int(rank), count: Int(count)) }
      // A job of one process, which mpirun expects to end what it began.
      if persona_mpi_end() != 1 { throw MPIFault(what: "end") }
      return nil
    }

    /// Ends: no process goes on before all have come here.
    public func end() throws { if persona_mpi_end() != 1 { throw MPIFault(what: "end") } }

    /// Sends `values` to the process of rank `to`, which knows how many they are.
    func send(_ values: [Double], to: Int) throws {
      let isSent = unsafe values.withUnsafeBufferPointer {
        unsafe persona_mpi_send($0.baseAddress, $0.count, Int32(to))
      }
      if isSent != 1 { throw MPIFault(what: "send to process \(to)") }
    }

    /// Receives `count` values from the process of rank `from`.
    func receive(_ count: Int, from: Int) throws -> [Double] {
      var values = [Double](repeating: 0, count: count)
      let isReceived = unsafe values.withUnsafeMutableBufferPointer {
        unsafe persona_mpi_receive($0.baseAddress, $0.count, Int32(from))
      }
      if isReceived != 1 { throw MPIFault(what: "receive from process \(from)") }
      return values
    }

    /// Sends `text` to the process of rank `to`.
    func send(_ text: String, to: Int) throws {
      let bytes = text.utf8.map(Double.init)
      try send([Double(bytes.count)], to: to)
      try send(bytes, to: to)
    }

    /// Receives a text from the process of rank `from`.
    func receiveText(from: Int) throws -> String {
      Self.text(try receive(Int(try receive(1, from: from)[0]), from: from))
    }

    /// What the first process gives, a text, in all.
    func shared(_ text: String?) throws -> String {
      let bytes = text.map { $0.utf8.map(Double.init) }
      let count = try shared(bytes.map { [Double($0.count)] }, count: 1)
      return Self.text(try shared(bytes, count: Int(count[0])))
    }

    private static func text(_ bytes: [Double]) -> String {
      String(decoding: bytes.map { UInt8($0) }, as: UTF8.self)
    }

    /// Waits until the first process has come here.
    public func awaitFirst() throws { _ = try shared([0], count: 1) }

    /// What the first process gives, `count` values, in all.
    func shared(_ values: [Double]?, count: Int) throws -> [Double] {
      var own = values ?? [Double](repeating: 0, count: count)
      precondition(own.count == count, "\(own.count) values where \(count) are said")
      let isShared = unsafe own.withUnsafeMutableBufferPointer {
        unsafe persona_mpi_broadcast($0.baseAddress, $0.count)
      }
      if isShared != 1 { throw MPIFault(what: "share values") }
      return own
    }
  }

  /// MPI does not do what it should.
  struct MPIFault: FileFault {
    let what: String
    var category: FaultCategory { .readWrite }
    var explanation: String { "MPI: cannot \(what); start the job anew, which goes on where it was" }
  }
#endif
