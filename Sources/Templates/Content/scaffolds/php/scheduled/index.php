<?php

declare(strict_types=1);

/** Does the nightly work. */
function handler(array $event, array $context): void
{
    $run = $event['data'];
    $context['logger']->info("run {$run['schedule']} at {$run['scheduledTime']}");

    $scheduled = new DateTimeImmutable($run['scheduledTime']);
    $fired = new DateTimeImmutable($run['firedTime']);
    $delay = $fired->getTimestamp() - $scheduled->getTimestamp();
    if ($delay > 60) {
        $context['logger']->warning("late by $delay s");
    }
}
