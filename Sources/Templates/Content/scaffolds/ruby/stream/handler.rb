# frozen_string_literal: true

# Processes a batch and names the records that are to come again.
def handler(event:, context:)
  failed = event["records"].reject do |record|
    context.logger.info("processed #{record["id"]}")
    amount?(record["data"])
  end
  { batchItemFailures: failed.map { |record| { id: record["id"] } } }
end

def amount?(data)
  amount = data["amount"] if data.is_a?(Hash)
  amount.is_a?(Numeric) && amount.positive?
end
