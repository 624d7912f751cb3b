<?php

declare(strict_types=1);

namespace HKS\Host;

/** From a request to the handler and from its result to an answer. */
final class Application
{
    private Logger $logger;

    public function __construct(private Settings $settings, private Handler $handler)
    {
        $this->logger = Logger::make();
    }

    /** Loads what every worker needs before there are any, so that they share it. */
    public static function preload(string $type): void
    {
        $mappings = ['http' => [HttpMapping::class], 'stream' => [BatchMapping::class]];
        $classes = $mappings[$type] ?? [EventMapping::class, CloudEvents::class];
        foreach ([...$classes, HttpMapping::class, HttpResult::class, Handler::class, Context::class, Logger::class] as $class) {
            class_exists($class);
        }
    }

    /** Answers a call. Never throws. */
    public function respond(Call $call): Response
    {
        try {
            $context = new Context($call, $this->settings, $this->logger);
            [$events, $answer] = $this->mapped($call);
            $results = [];
            foreach ($events as $event) {
                $results[] = ($this->handler)($event, $context);
            }
            $response = $answer($results);
            self::startStream($response);
            return $response;
        } catch (Refusal $refusal) {
            return Response::error($refusal->status, $refusal->getMessage());
        } catch (\Throwable $error) {
            return $this->failure($call, $error);
        }
    }

    /** @return array{list<mixed>, callable(list<mixed>): Response} */
    private function mapped(Call $call): array
    {
        switch ($this->settings->type) {
            case 'http':
                if (HttpMapping::isDirect($call->request)) {
                    $event = HttpMapping::directEvent($call->request);
                    return [[$event], static fn ($results) => HttpResult::document($results[0])];
                }
                $event = HttpMapping::event($call, $this->settings->functionName);
                return [[$event], static fn ($results) => HttpResult::response($results[0])];
            case 'stream':
                $batch = BatchMapping::event($call->request);
                $events = $batch['records'] === [] ? [] : [$batch];
                return [$events, static fn ($results) => BatchMapping::response($batch, $results[0] ?? null)];
            default:
                return [CloudEvents::parse($call->request), static fn ($results) => EventMapping::response($results)];
        }
    }

    /** Takes the first piece: it tells the kind of content, and may fail while there is time to say so. */
    private static function startStream(Response $response): void
    {
        $stream = $response->stream;
        if ($stream === null) {
            return;
        }
        $stream->rewind();
        if (!$stream->valid()) {
            $response->stream = null;
            return;
        }
        $first = $stream->current();
        HttpResult::encodePiece($first);
        $response->defaultContentType(HttpResult::pieceType($first));
    }

    private function failure(Call $call, \Throwable $error): Response
    {
        $description = $error instanceof ResultError ? $error->getMessage() : Traces::describe($error);
        Logs::log('error', $description);
        $details = ['request_id' => $call->requestId];
        if ($this->settings->developing) {
            $details['details'] = $description;
        }
        return Response::error(500, 'the function failed', $details);
    }
}
