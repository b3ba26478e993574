/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package io.realtimepush.annotation.support;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.realtimepush.annotation.FlagKey;
import io.realtimepush.annotation.OnFlagUpdate;
import io.realtimepush.flags.FlagFeeds;
import io.realtimepush.flags.support.FlagValueConverter;
import io.realtimepush.flags.support.TestFlagFeed;
import io.realtimepush.flags.support.TestFlagFeeds;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.aop.support.AopUtils;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.annotation.ReflectiveRuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link FlagHandlerContainer}: in which beans methods are found, and how they
 * are reached there.
 */
class FlagHandlerDetectionTests {

	private static final BlockingQueue<String> calls = new LinkedBlockingQueue<>();

	private final TestFlagFeed feed = TestFlagFeed.loaded("shop/production");

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	@AfterEach
	void closeContext() {
		this.context.close();
		calls.clear();
	}

	@Test
	void privateMethodOfAPlainBean() throws Exception {
		start((context) -> context.register(PrivateMethod.class));
		expectCall("private 1");
	}

	@Test
	void inheritedMethodWithItsGenericParameter() throws Exception {
		start((context) -> context.register(Inherited.class));
		expectCall("Inherited Integer 1");
	}

	@Test
	void overriddenMethodIsCalledOnce() throws Exception {
		start((context) -> context.register(Overriding.class));
		expectCall("overriding 1");
	}

	@Test
	void methodAndParameterAnnotatedInAnInterface() throws Exception {
		start((context) -> context.register(ImplementingBean.class));
		expectCall("limit of interface 1");
	}

	@Test
	void beanBehindAClassProxy() throws Exception {
		start((context) -> {
			context.registerBean("bean", PublicMethod.class);
			proxy(context, true);
		});
		assertThat(AopUtils.isCglibProxy(this.context.getBean("bean"))).isTrue();
		expectCall("intercepted");
		assertThat(next()).isEqualTo("public 1");
	}

	@Test
	void beanBehindAnInterfaceProxy() throws Exception {
		start((context) -> {
			context.registerBean("bean", ImplementingBean.class);
			proxy(context, false);
		});
		assertThat(AopUtils.isJdkDynamicProxy(this.context.getBean("bean"))).isTrue();
		expectCall("intercepted");
		assertThat(next()).isEqualTo("limit of interface 1");
	}

	@Test
	void proxyMadeByHand() throws Exception {
		start((context) -> context.registerBean(LimitListener.class,
				() -> (LimitListener) new ProxyFactory(new ImplementingBean()).getProxy()));
		expectCall("limit of interface 1");
	}

	@Test
	void methodThatAnInterfaceProxyHidesFailsTheStart() {
		assertThatExceptionOfType(InvalidHandlerMethodException.class).isThrownBy(() -> start((context) -> {
			context.registerBean("bean", HiddenMethod.class);
			proxy(context, false);
		}))
			.withMessageStartingWith("@OnFlagUpdate method FlagHandlerDetectionTests.HiddenMethod.onHidden(int): bean "
					+ "'bean' is a proxy through which the method cannot be called; make it public");
	}

	@Test
	void privateMethodBehindAClassProxyFailsTheStart() {
		assertThatExceptionOfType(InvalidHandlerMethodException.class).isThrownBy(() -> start((context) -> {
			context.registerBean("bean", PrivateMethod.class);
			proxy(context, true);
		})).withMessageContaining("is a proxy through which the method cannot be called");
	}

	@Test
	void configurationClassIsABeanLikeAnyOther() throws Exception {
		start((context) -> context.register(Config.class));
		expectCall("configuration 1");
	}

	@Test
	void beanOfAFactoryMethodThatReturnsAnInterface() throws Exception {
		start((context) -> context.register(HiddenTypeConfig.class));
		expectCall("public 1");
	}

	@Test
	void lazyBeanIsCreatedByTheFirstCall() throws Exception {
		LazyBean.created.set(0);
		start((context) -> context.register(LazyBean.class));
		this.feed.set("other", "1");
		assertThat(LazyBean.created).hasValue(0);
		expectCall("lazy 1");
		this.feed.set("limit", "2");
		assertThat(next()).isEqualTo("lazy 2");
		assertThat(LazyBean.created).hasValue(1);
	}

	@Test
	void lazyBeanBehindAnInterfaceProxy() throws Exception {
		start((context) -> {
			context.registerBean("bean", ImplementingBean.class, (definition) -> definition.setLazyInit(true));
			proxy(context, false);
		});
		assertThat(this.context.getBeanFactory().containsSingleton("bean")).isFalse();
		expectCall("intercepted");
		assertThat(next()).isEqualTo("limit of interface 1");
	}

	@Test
	void scopedBeanIsFoundOnceAndReachedThroughItsProxy() throws Exception {
		start((context) -> {
			context.getBeanFactory().registerScope("thread", new SimpleThreadScope());
			context.register(ScopedBean.class);
		});
		expectCall("scoped 1");
	}

	@Test
	void prototypeBeanIsCreatedForEachCall() throws Exception {
		PrototypeBean.created.set(0);
		start((context) -> context.register(PrototypeBean.class));
		expectCall("prototype 1");
		this.feed.set("limit", "2");
		assertThat(next()).isEqualTo("prototype 2");
		assertThat(PrototypeBean.created).hasValue(2);
	}

	@Test
	void nativeImageIsToldWhatIsReflective() throws Exception {
		RuntimeHints hints = new RuntimeHints();
		new ReflectiveRuntimeHintsRegistrar().registerRuntimeHints(hints, RecordHandler.class);
		assertThat(RuntimeHintsPredicates.reflection()
			.onMethodInvocation(RecordHandler.class.getDeclaredMethod("onLimits", Limits.class))).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection()
			.onConstructorInvocation(Limits.class.getDeclaredConstructor(int.class))).accepts(hints);
	}

	private void start(Consumer<AnnotationConfigApplicationContext> customizer) {
		this.context.registerBean(FlagFeeds.class, () -> new TestFlagFeeds(this.feed));
		this.context.registerBean(FlagHandlerContainer.class,
				() -> new FlagHandlerContainer(new FlagValueConverter(new JsonMapper())));
		customizer.accept(this.context);
		this.context.refresh();
	}

	private static void proxy(AnnotationConfigApplicationContext context, boolean proxyTargetClass) {
		context.registerBean("interceptor", MethodInterceptor.class, () -> (invocation) -> {
			if (invocation.getMethod().isAnnotationPresent(OnFlagUpdate.class)) {
				calls.add("intercepted");
			}
			return invocation.proceed();
		});
		context.registerBean(BeanNameAutoProxyCreator.class, () -> {
			BeanNameAutoProxyCreator creator = new BeanNameAutoProxyCreator();
			creator.setBeanNames("bean");
			creator.setInterceptorNames("interceptor");
			creator.setProxyTargetClass(proxyTargetClass);
			return creator;
		});
	}

	private void expectCall(String call) throws Exception {
		this.feed.set("limit", "1");
		assertThat(next()).isEqualTo(call);
	}

	private static String next() throws InterruptedException {
		String call = calls.poll(10, TimeUnit.SECONDS);
		assertThat(call).isNotNull();
		return call;
	}

	static class PrivateMethod {

		@OnFlagUpdate("limit")
		private void onLimit(int limit) {
			calls.add("private " + limit);
		}

	}

	public static class PublicMethod {

		@OnFlagUpdate("limit")
		public void onLimit(int limit) {
			calls.add("public " + limit);
		}

	}

	abstract static class Base<T> {

		@OnFlagUpdate("limit")
		void onLimit(T limit) {
			calls.add(getClass().getSimpleName() + " " + limit.getClass().getSimpleName() + " " + limit);
		}

	}

	static class Inherited extends Base<Integer> {

	}

	static class Overriding extends PublicMethod {

		@Override
		public void onLimit(int limit) {
			calls.add("overriding " + limit);
		}

	}

	public interface LimitListener {

		@OnFlagUpdate("limit")
		void onLimit(@FlagKey String key, int limit);

	}

	public static class ImplementingBean implements LimitListener {

		@Override
		public void onLimit(String key, int limit) {
			calls.add(key + " of interface " + limit);
		}

	}

	public static class HiddenMethod implements LimitListener {

		@Override
		public void onLimit(String key, int limit) {
		}

		@OnFlagUpdate("limit")
		public void onHidden(int limit) {
		}

	}

	@Configuration
	static class Config {

		@OnFlagUpdate("limit")
		void onLimit(int limit) {
			calls.add("configuration " + limit);
		}

	}

	@Configuration
	static class HiddenTypeConfig {

		@Bean
		Object handler() {
			return new PublicMethod();
		}

	}

	@Lazy
	static class LazyBean {

		static final AtomicInteger created = new AtomicInteger();

		LazyBean() {
			created.incrementAndGet();
		}

		@OnFlagUpdate("limit")
		void onLimit(int limit) {
			calls.add("lazy " + limit);
		}

	}

	@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
	public static class ScopedBean {

		@OnFlagUpdate("limit")
		public void onLimit(int limit) {
			calls.add("scoped " + limit);
		}

	}

	@Scope(BeanDefinition.SCOPE_PROTOTYPE)
	static class PrototypeBean {

		static final AtomicInteger created = new AtomicInteger();

		PrototypeBean() {
			created.incrementAndGet();
		}

		@OnFlagUpdate("limit")
		void onLimit(int limit) {
			calls.add("prototype " + limit);
		}

	}

	record Limits(int retries) {

	}

	static class RecordHandler {

		@OnFlagUpdate("limits")
		void onLimits(Limits limits) {
		}

	}

}
