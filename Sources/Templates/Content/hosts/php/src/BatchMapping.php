<?php

declare(strict_types=1);

namespace HKS\Host;

/** Batches of records: what a handler of type stream is given, and what becomes of its result. */
final class BatchMapping
{
    /**
     * The batch of a request. Throws Refusal.
     *
     * @return array<string, mixed>
     */
    public static function event(Request $request): array
    {
        try {
            $batch = Json::decodeExactly($request->body);
        } catch (\JsonException) {
            throw self::refusal('its body is not JSON');
        }
        if (!$batch instanceof \stdClass || !is_array($batch->records ?? null)) {
            throw self::refusal("an object with an array 'records' is expected");
        }
        $ids = [];
        foreach ($batch->records as $record) {
            $id = $record instanceof \stdClass ? $record->id ?? null : null;
            if (!is_string($id) || $id === '') {
                throw self::refusal("every record must be an object with a text 'id'");
            }
            if (isset($ids["=$id"])) {
                throw self::refusal("the id '$id' is there twice");
            }
            $ids["=$id"] = true;
        }
        return Json::decode($request->body);
    }

    /**
     * Nothing where all records are done, else the ids of those that failed. Throws ResultError.
     *
     * @param array<string, mixed> $batch
     */
    public static function response(array $batch, mixed $result): Response
    {
        $failure = EventMapping::failure($result);
        if ($failure !== null) {
            return $failure;
        }
        $fields = HttpResult::fields($result);
        $failures = $fields['batchItemFailures'] ?? null;
        if ($failures === null && $result !== null) {
            Logs::log('debug', "the handler's result has no batchItemFailures and was dropped");
        }
        if ($failures === null || $failures === []) {
            return new Response(204);
        }
        $known = array_column($batch['records'], 'id');
        $items = [];
        foreach (is_iterable($failures) ? $failures : throw new ResultError('batchItemFailures must be a list') as $item) {
            $id = HttpResult::fields($item)['id'] ?? null;
            if (!is_string($id) || !in_array($id, $known, true)) {
                throw new ResultError('batchItemFailures names ' . Json::encodeLossy($id) . ', which is not in the batch');
            }
            $items[] = ['id' => $id];
        }
        return HttpResult::response(['statusCode' => 200, 'body' => ['batchItemFailures' => $items]]);
    }

    private static function refusal(string $reason): Refusal
    {
        return new Refusal(400, "the request is not a batch of records: $reason");
    }
}
