# frozen_string_literal: true

require "logger"
require "minitest/autorun"
require "stringio"
require_relative "../handler"

class HandlerTest < Minitest::Test
  Context = Struct.new(:logger)

  def test_runs_on_time
    ["2024-05-01T03:00:00.250Z", "2024-05-01T03:01:00Z"].each do |fired_time|
      assert_equal ["INFO run nightly at 2024-05-01T03:00:00Z"], lines(fired_time)
    end
  end

  def test_warns_when_it_is_late
    assert_equal "WARN late by 120 s", lines("2024-05-01T03:02:00Z").last
  end

  private

  def lines(fired_time)
    log = StringIO.new
    logger = Logger.new(log, formatter: ->(severity, _time, _name, message) { "#{severity} #{message}\n" })
    run = {
      "schedule" => "nightly", "scheduledTime" => "2024-05-01T03:00:00Z", "firedTime" => fired_time, "attempt" => 1
    }
    assert_nil handler(event: { "type" => "dev.hks.schedule.fired", "data" => run }, context: Context.new(logger))
    log.string.lines(chomp: true)
  end
end
