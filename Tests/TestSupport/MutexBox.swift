import Synchronization

/// A value that several tasks of a test may change.
public final class MutexBox<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    /// Starts with `value`.
    public init(_ value: Value) {
        self.value = Mutex(value)
    }

    /// The value as it is now.
    public var current: Value { value.withLock { $0 } }

    /// Changes the value and gives back what `body` gives.
    public func mutate<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        value.withLock { value in body(&value) }
    }
}
