internal import CTensorKernels
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A fixed number of threads that work through numbered tasks together; the caller is one of them.
///
/// Teams are lent out of a pool for the length of a run, so that host threads that run networks at
/// the same time never share one, and a run never uses more threads than it asked for. Nothing
/// process-wide is set.
///
/// SAFETY: one caller at a time uses a team (the pool lends it to one), and the threads are joined
/// before the team is gone.
@safe final class WorkerTeam: @unchecked Sendable {
  /// How many threads work, the caller's own included.
  let size: Int
  private let board = TaskBoard()
  private var threads: [pthread_t] = []

  private init(size: Int) {
    self.size = size
    for worker in 1..<max(size, 1) {
      let start = ThreadStart(board: board, worker: worker)
      var thread = pthread_t()
      let status = unsafe pthread_create(
        &thread, nil,
        { argument in
          // SAFETY: the argument is the retained object passed below.
          let start = unsafe Unmanaged<ThreadStart>.fromOpaque(argument!).takeRetainedValue()
          start.board.work(as: start.worker)
          return nil
        }, Unmanaged.passRetained(start).toOpaque())
      precondition(status == 0, "the system refused a thread (error \(status))")
      threads.append(thread)
    }
  }

  private final class ThreadStart {
    let board: TaskBoard
    let worker: Int

    init(board: TaskBoard, worker: Int) {
      self.board = board
      self.worker = worker
    }
  }

  /// Calls `body(task, worker)` for every task in `0..<count`, each once, and returns when all are
  /// done. Which worker (`0..<size`) gets which task is left to chance; results must not depend
  /// on it.
  func forEach(_ count: Int, _ body: (_ task: Int, _ worker: Int) -> Void) {
    guard size > 1, count > 1 else {
      for task in 0..<count { body(task, 0) }
      return
    }
    withoutActuallyEscaping(body) { body in
      board.post(body, count: count)
      board.takeTasks(count, body, worker: 0)
      board.closeJob()
    }
  }

  deinit {
    board.close()
    for thread in threads { pthread_join(thread, nil) }
  }
}

extension WorkerTeam {
  private static let idle = Mutex<[WorkerTeam]>([])
  /// Idle teams that are kept; their threads sleep.
  private static let keptTeams = 4

  /// Lends a team of `size` threads to `body`.
  static func withTeam<Result>(of size: Int, _ body: (WorkerTeam) -> Result) -> Result {
    let kept = idle.withLock { teams -> WorkerTeam? in
      teams.firstIndex { $0.size == size }.map { teams.remove(at: $0) }
    }
    let team = kept ?? WorkerTeam(size: size)
    defer {
      let dropped = idle.withLock { teams -> WorkerTeam? in
        teams.append(team)
        return teams.count > keptTeams ? teams.removeFirst() : nil
      }
      // Outside the lock: dropping a team waits for its threads.
      withExtendedLifetime(dropped) {}
    }
    return body(team)
  }
}

/// Where a team's caller posts numbered tasks and its threads take them.
///
/// A job is open from `post` to `closeJob`. A helper that wakes up too late for it does not enter,
/// so the caller waits only for helpers that work.
///
/// SAFETY: all plain properties are read and written under the lock.
@safe private final class TaskBoard: @unchecked Sendable {
  private var job: ((Int, Int) -> Void)?
  private var taskCount = 0
  private var isClosed = false
  private let nextTask = Atomic<Int>(0)
  /// Counts jobs; helpers watch it while they are patient.
  private let generation = Atomic<Int>(0)
  /// Helpers inside the open job.
  private let working = Atomic<Int>(0)
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let posted = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let finished = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  /// How often a thread looks before it goes to sleep: some microseconds.
  private static let patience = 2_000

  init() {
    unsafe pthread_mutex_init(lock, nil)
    unsafe pthread_cond_init(posted, nil)
    unsafe pthread_cond_init(finished, nil)
  }

  deinit {
    unsafe pthread_mutex_destroy(lock)
    unsafe pthread_cond_destroy(posted)
    unsafe pthread_cond_destroy(finished)
    unsafe lock.deallocate()
    unsafe posted.deallocate()
    unsafe finished.deallocate()
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    unsafe pthread_mutex_lock(lock)
    defer { unsafe pthread_mutex_unlock(lock) }
    return body()
  }

  /// Opens a job of `count` tasks and wakes the helpers.
  func post(_ body: @escaping (Int, Int) -> Void, count: Int) {
    locked {
      job = body
      taskCount = count
      nextTask.store(0, ordering: .relaxed)
      generation.add(1, ordering: .releasing)
      unsafe pthread_cond_broadcast(posted)
    }
  }

  func takeTasks(_ count: Int, _ body: (Int, Int) -> Void, worker: Int) {
    while true {
      let task = nextTask.add(1, ordering: .relaxed).oldValue
      guard task < count else { return }
      body(task, worker)
    }
  }

  /// Lets no further helper in and returns when those inside have left.
  func closeJob() {
    locked { job = nil }
    for _ in 0..<Self.patience {
      guard working.load(ordering: .acquiring) > 0 else { return }
      tk_pause()
    }
    locked {
      while working.load(ordering: .acquiring) > 0 { unsafe pthread_cond_wait(finished, lock) }
    }
  }

  /// A helper's life: jobs until the board is closed.
  func work(as worker: Int) {
    var seen = 0
    while takeJob(after: &seen, worker: worker) {
      locked {
        if working.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 {
          unsafe pthread_cond_signal(finished)
        }
      }
    }
  }

  /// Waits for a job, works in it, and returns with no reference to it left; false when the board
  /// is closed.
  @inline(never)
  private func takeJob(after seen: inout Int, worker: Int) -> Bool {
    while true {
      for _ in 0..<Self.patience {
        guard generation.load(ordering: .acquiring) == seen else { break }
        tk_pause()
      }
      let known = seen
      let (entered, count, current) = locked { () -> (((Int, Int) -> Void)?, Int, Int?) in
        while generation.load(ordering: .acquiring) == known {
          unsafe pthread_cond_wait(posted, lock)
        }
        if job != nil { working.add(1, ordering: .relaxed) }
        return (job, taskCount, isClosed ? nil : generation.load(ordering: .acquiring))
      }
      guard let current else { return false }
      seen = current
      if let body = entered {
        takeTasks(count, body, worker: worker)
        return true
      }
    }
  }

  /// Sends the helpers home.
  func close() {
    locked {
      isClosed = true
      generation.add(1, ordering: .releasing)
      unsafe pthread_cond_broadcast(posted)
    }
  }
}
