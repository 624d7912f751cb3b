/** Processes a batch and names the records that are to come again. */
export async function handler(event, context) {
  const batchItemFailures = [];
  for (const { id, data } of event.records) {
    if (!hasAmount(data)) batchItemFailures.push({ id });
    context.logger.info(`processed ${id}`);
  }
  return { batchItemFailures };
}

function hasAmount(data) {
  return typeof data?.amount === "number" && data.amount > 0;
}
