import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

@Suite struct MetricsHistogramTests {
    @Test func `every value falls into a bucket that stands for it within five percent`() {
        var value: UInt64 = 0
        var last = -1
        while value < 1 << 42 {
            let bucket = MetricsHistogram.index(of: value)
            #expect(bucket == last || bucket == last + 1, "\(value)")
            last = bucket
            let error = abs(MetricsHistogram.middle(of: bucket) - Double(value))
            #expect(value < 32 ? error == 0 : error <= Double(value) * 0.032, "\(value)")
            // Each step stays within a bucket, and comes to its edges.
            value += value < 64 ? 1 : max(1, value / 64)
        }
        #expect(last == MetricsHistogram.bucketCount - 1)
        #expect(MetricsHistogram.index(of: .max) == last)
    }

    @Test(arguments: [0.5, 0.95, 0.99, 1.0])
    func `percentiles are within five percent of the exact ones`(share: Double) throws {
        var generator = FastRandom(seed: 42)
        var values: [UInt64] = []
        var distribution = MetricsDistribution()
        for _ in 0..<20_000 {
            let value = UInt64(pow(10, Double.random(in: 0...7, using: &generator)))
            values.append(value)
            distribution.add(value)
        }
        values.sort()
        let exact = Double(values[Int((share * Double(values.count)).rounded(.up)) - 1])
        let stats = distribution.stats(scale: 1)
        let found: Double? = [0.5: stats.p50, 0.95: stats.p95, 0.99: stats.p99, 1.0: stats.max][share] ?? nil
        #expect(abs(try #require(found) - exact) <= exact * 0.05)
        let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
        #expect(try abs(#require(stats.avg) - mean) < mean * 0.000_001)
        #expect(stats.min == Double(values[0]))
    }

    @Test func `memory is bounded whatever is counted`() {
        var histogram = MetricsHistogram()
        for shift in 0..<64 { histogram.add(UInt64(1) << UInt64(shift)) }
        histogram.add(.max)
        #expect(histogram.buckets.count <= MetricsHistogram.bucketCount)
        #expect(histogram.buckets.reduce(0) { $0 + $1.weight } == 65)
        #expect(MetricsHistogram.bucketCount == 624)
    }

    @Test func `two distributions add up to one`() {
        var (one, other, both) = (MetricsDistribution(), MetricsDistribution(), MetricsDistribution())
        for value: UInt64 in [900, 5, 70_000] {
            one.add(value, weight: 2)
            both.add(value, weight: 2)
        }
        for value: UInt64 in [1, 40_000_000] {
            other.add(value)
            both.add(value)
        }
        one.add(other)
        #expect(one == both)
        other.add(MetricsDistribution())
        #expect(other.min == 1)
    }

    @Test func `time without requests counts as zero at once`() {
        var load = MetricsDistribution()
        load.add(4, weight: 1_000_000)
        let stats = load.stats(scale: 1, zeros: 3_000_000)
        #expect(stats == MetricStats(min: 0, max: 4, avg: 1, p50: 0, p95: 4, p99: 4))
    }
}

@Suite struct MetricsCodingTests {
    private var full: MetricsBucket {
        var bucket = MetricsBucket()
        bucket.requests = 300
        bucket.errors = 1
        bucket.clientsLeft = .max
        bucket.coldStarts = 2
        for value: UInt64 in [0, 1, 31, 32, 5000, 5001, .max] { bucket.duration.add(value, weight: 128) }
        bucket.load.add(3, weight: 10_000_000)
        bucket.cpu.add(0)
        return bucket
    }

    @Test func `what was written is read back`() throws {
        #expect(try MetricsBucket(encoded: full.encoded) == full)
        #expect(try MetricsBucket(encoded: MetricsBucket().encoded) == MetricsBucket())
        #expect(MetricsBucket().encoded.count < 10)
    }

    @Test func `damaged bytes are refused and never crash`() {
        let good = full.encoded
        for length in 0..<good.count {
            #expect(throws: FuncError.self) { try MetricsBucket(encoded: good.prefix(length)) }
        }
        #expect(throws: FuncError.self) { try MetricsBucket(encoded: good + [0]) }
        #expect(throws: FuncError.self) { try MetricsBucket(encoded: Data(repeating: 0xFF, count: 64)) }
        var generator = FastRandom(seed: 7)
        for _ in 0..<2000 {
            var bytes = good
            bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            // Another bucket or a refusal; the point is that it comes back.
            _ = try? MetricsBucket(encoded: bytes)
        }
    }
}
