import Foundation
import FuncKit

/// The stored form of a ``MetricsBucket``: a format number, then variable-length numbers; of histograms only the buckets
/// that hold something. A quiet interval takes some thirty bytes.
extension MetricsBucket {
    private static let format: UInt64 = 1

    /// The bytes to store.
    var encoded: Data {
        var writer = MetricsWriter()
        for number in [Self.format, requests, errors, clientsLeft, coldStarts] { writer.write(number) }
        for distribution in [duration, load, memory, cpu] { writer.write(distribution) }
        return Data(writer.bytes)
    }

    /// Reads stored bytes.
    /// - Throws: `database_corrupt`.
    init(encoded data: Data) throws {
        var reader = MetricsReader(data)
        guard try reader.number() == Self.format else { throw MetricsReader.damaged }
        self.init()
        requests = try reader.number()
        errors = try reader.number()
        clientsLeft = try reader.number()
        coldStarts = try reader.number()
        duration = try reader.distribution()
        load = try reader.distribution()
        memory = try reader.distribution()
        cpu = try reader.distribution()
        guard reader.isAtEnd else { throw MetricsReader.damaged }
    }
}

/// Writes numbers, seven bits to a byte, the lowest first.
private struct MetricsWriter {
    var bytes: [UInt8] = []

    mutating func write(_ number: UInt64) {
        var rest = number
        while rest > 0x7F {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func write(_ distribution: MetricsDistribution) {
        let buckets = distribution.histogram.buckets
        write(UInt64(buckets.count))
        guard !buckets.isEmpty else { return }
        write(distribution.min)
        write(distribution.max)
        write(distribution.sum.bitPattern)
        var last = 0
        for (bucket, weight) in buckets {
            write(UInt64(bucket - last))
            write(weight)
            last = bucket
        }
    }
}

/// Reads what ``MetricsWriter`` wrote, and nothing else.
private struct MetricsReader {
    static let damaged = FuncError(.databaseCorrupt, "stored request numbers cannot be read")

    private let bytes: [UInt8]
    private var position = 0

    init(_ data: Data) {
        bytes = [UInt8](data)
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func number() throws -> UInt64 {
        var (value, shift) = (UInt64(0), UInt64(0))
        while position < bytes.count, shift < 64 {
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw Self.damaged
    }

    mutating func distribution() throws -> MetricsDistribution {
        let count = try number()
        guard count > 0 else { return MetricsDistribution() }
        let (min, max) = (try number(), try number())
        let sum = Double(bitPattern: try number())
        guard count <= UInt64(MetricsHistogram.bucketCount), min <= max, sum.isFinite else { throw Self.damaged }
        var histogram = MetricsHistogram()
        var bucket = UInt64(0)
        for _ in 0..<count {
            let gap = try number()
            guard gap < UInt64(MetricsHistogram.bucketCount) else { throw Self.damaged }
            bucket += gap
            let weight = try number()
            guard bucket < UInt64(MetricsHistogram.bucketCount), weight > 0 else { throw Self.damaged }
            histogram.add(bucket: Int(bucket), weight: weight)
        }
        return MetricsDistribution(min: min, max: max, sum: sum, histogram: histogram)
    }
}
