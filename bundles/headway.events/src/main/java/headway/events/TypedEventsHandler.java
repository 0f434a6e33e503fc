package headway.events;

import headway.bus.Gap;
import headway.bus.Message;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.function.BiConsumer;
import org.osgi.framework.Filter;
import org.osgi.service.typedevent.TypedEventHandler;
import org.osgi.service.typedevent.UntypedEventHandler;

/** A {@link TypedEventHandler} or {@link UntypedEventHandler} service (157.4.1, 157.4.2). */
abstract sealed class TypedEventsHandler extends Handler {

    private final Filter filter;
    private final Recent recent;
    private final boolean seesOthers;

    /**
     * Not yet open.
     *
     * @param filter which of the events it gets, or null for all
     */
    private TypedEventsHandler(Wish wish, Filter filter, Recent recent, BiConsumer<Handler, Gap> onGap) {
        super(wish, "", onGap);
        this.filter = filter;
        this.recent = recent;
        this.seesOthers = wish.topics().stream().anyMatch(TopicPattern::startsWithWildcard);
    }

    /** Hands over the event. */
    abstract void tell(String topic, Message message);

    @Override
    final void handle(String topic, Message message) {
        if (seesOthers && topic.startsWith(EventAdminEvents.PREFIX)) {
            return;
        }
        if (filter == null || filter.matches(recent.dataOf(message))) {
            tell(topic, message);
        }
    }

    /** Whether it gets an event of a topic that it asks for (157.4.5). */
    final boolean accepts(Map<String, Object> data) {
        return filter == null || filter.matches(data);
    }

    final boolean hasFilter() {
        return filter != null;
    }

    final Map<String, Object> dataOf(Message message) {
        return recent.dataOf(message);
    }

    /** Gets objects of one type: the very object that was published if it is of that type, else one made from its data. */
    static final class Typed extends TypedEventsHandler {

        private final TypedEventHandler<Object> service;
        private final Type type;
        private final Class<?> rawType;

        @SuppressWarnings("unchecked") // it gets only what is of its type
        Typed(
                TypedEventHandler<?> service,
                Type type,
                Wish wish,
                Filter filter,
                Recent recent,
                BiConsumer<Handler, Gap> onGap) {
            super(wish, filter, recent, onGap);
            this.service = (TypedEventHandler<Object>) service;
            this.type = type;
            this.rawType = EventData.raw(type);
        }

        @Override
        void tell(String topic, Message message) {
            Object event = message.handedOver();
            service.notify(topic, rawType.isInstance(event) ? event : EventData.convert(dataOf(message), type));
        }
    }

    /** Gets maps. */
    static final class Untyped extends TypedEventsHandler {

        private final UntypedEventHandler service;

        Untyped(UntypedEventHandler service, Wish wish, Filter filter, Recent recent, BiConsumer<Handler, Gap> onGap) {
            super(wish, filter, recent, onGap);
            this.service = service;
        }

        @Override
        void tell(String topic, Message message) {
            service.notifyUntyped(topic, dataOf(message));
        }
    }
}
