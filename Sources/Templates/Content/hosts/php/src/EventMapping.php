<?php

declare(strict_types=1);

namespace HKS\Host;

/** What becomes of the results of a handler of type event or scheduled; one that is a CloudEvent is the reply. */
final class EventMapping
{
    /**
     * An answer without a body, a failure that the handler asked for, or the reply events. Throws ResultError.
     *
     * @param list<mixed> $results
     */
    public static function response(array $results): Response
    {
        $replies = [];
        foreach ($results as $result) {
            $failure = self::failure($result);
            if ($failure !== null) {
                return $failure;
            }
            $fields = HttpResult::fields($result);
            if ($fields !== null && CloudEvents::isEvent($fields)) {
                $replies[] = CloudEvents::complete($fields);
            } elseif ($result !== null && !self::hasStatus($result)) {
                Logs::log('debug', "the handler's result is not a CloudEvent and was dropped");
            }
        }
        if ($replies === []) {
            return new Response(204);
        }
        return count($replies) === 1 ? CloudEvents::encode($replies[0]) : CloudEvents::encodeBatch($replies);
    }

    /** An answer that the handler asked for and that is not a success. */
    public static function failure(mixed $result): ?Response
    {
        $answer = self::hasStatus($result) ? HttpResult::response($result) : null;
        return $answer !== null && $answer->status >= 300 ? $answer : null;
    }

    private static function hasStatus(mixed $result): bool
    {
        $fields = HttpResult::fields($result) ?? [];
        return array_key_exists('statusCode', $fields) || array_key_exists('status_code', $fields);
    }
}
