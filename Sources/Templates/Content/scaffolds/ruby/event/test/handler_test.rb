# frozen_string_literal: true

require "logger"
require "minitest/autorun"
require "stringio"
require_relative "../handler"

class HandlerTest < Minitest::Test
  Context = Struct.new(:function_name, :logger)

  def setup
    @log = StringIO.new
  end

  def test_accepts_an_order
    reply = call("com.example.order.created", { "orderId" => "1042", "amount" => 99.5 })
    assert_equal "com.example.order.accepted", reply[:type]
    assert_equal "/functions/orders", reply[:source]
    assert_equal({ orderId: "1042" }, reply[:data])
    assert_includes @log.string, "order 1042 over 99.5 received"
  end

  def test_ignores_other_types
    assert_nil call("com.example.order.cancelled", { "orderId" => "1042" })
    assert_includes @log.string, "ignoring com.example.order.cancelled"
  end

  def test_fails_without_an_order_id
    [nil, "1042", {}, { "amount" => 99.5 }].each do |data|
      error = assert_raises(ArgumentError) { call("com.example.order.created", data) }
      assert_match(/orderId/, error.message)
    end
  end

  private

  def call(type, data)
    event = { "id" => "1", "source" => "/shop", "type" => type, "data" => data }
    handler(event: event, context: Context.new("orders", Logger.new(@log)))
  end
end
